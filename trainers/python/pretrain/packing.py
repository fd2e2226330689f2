"""Training rows: one tool universe as a shared prefix, then several conversations that each see only the prefix and themselves.

So one long system prompt pays for many calls. `batch_of` builds position ids, the attention mask and the loss weights.
"""

import random
from dataclasses import dataclass, field

import numpy as np
import torch

from chat_format import render_messages, render_system
from conversations import conversation
from pointers import find_pointers
from universe import make_universe


@dataclass
class Row:
    ids: np.ndarray
    segment: np.ndarray  # 0 in the prefix, 1.. in the conversations
    position: np.ndarray
    trained: np.ndarray  # the assistant wrote this token
    pointers: dict = field(default_factory=dict)  # see pointers.py


def encode_pieces(tokenizer, pieces: list[tuple[str, bool]]) -> tuple[list[int], list[bool]]:
    """Every cut lies beside a special token or a newline after one, so piecewise and joint token ids are equal."""
    ids, trained = [], []
    for text, by_assistant in pieces:
        part = tokenizer.encode(text, add_special_tokens=False).ids
        ids += part
        trained += [by_assistant] * len(part)
    return ids, trained


def make_row(rng: random.Random, tokenizer, tools: int, conversations: int, several: float, results: float, longest: int, **kind) -> Row | None:
    universe = make_universe(rng, tools, **kind)
    prefix = tokenizer.encode(render_system(universe), add_special_tokens=False).ids
    ids, trained, segment, position = list(prefix), [False] * len(prefix), [0] * len(prefix), list(range(len(prefix)))
    calls, call = [], tokenizer.token_to_id("<tool_call>")
    for number in range(1, conversations + 1):
        part, by_assistant = encode_pieces(tokenizer, render_messages(conversation(rng, universe, several, results)))
        if len(ids) + len(part) > longest:
            continue
        for at, token in enumerate(part):
            if token == call:
                calls.append((len(ids) + at, len(ids) + at + by_assistant[at:].index(False), number))
        ids += part
        trained += by_assistant
        segment += [number] * len(part)
        position += range(len(prefix), len(prefix) + len(part))
    if len(ids) == len(prefix):
        return None
    return Row(np.array(ids), np.array(segment), np.array(position), np.array(trained), find_pointers(tokenizer, ids, segment, calls))


def batch_of(rows: list[Row], pad: int) -> dict:
    length = -(-max(len(row.ids) for row in rows) // 16) * 16
    shape = (len(rows), length)
    ids, segment, position = np.full(shape, pad), np.full(shape, -1), np.zeros(shape, int)
    trained, real = np.zeros(shape, bool), np.zeros(shape, bool)
    for index, row in enumerate(rows):
        n = len(row.ids)
        ids[index, :n], segment[index, :n], position[index, :n], trained[index, :n], real[index, :n] = row.ids, row.segment, row.position, row.trained, True
    batch = {name: torch.from_numpy(value) for name, value in (("ids", ids), ("segment", segment), ("position", position), ("trained", trained), ("real", real))}
    # A token is predicted from the one before it, which must belong to the same conversation (or be in the prefix).
    batch["follows"] = batch["real"][:, 1:] & (batch["segment"][:, 1:] == batch["segment"][:, :-1])
    batch["pointers"] = [row.pointers for row in rows]
    return batch


def attention_mask(segment: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Causal, and blind to other conversations on the same prefix. Padding sees padding, so no row is empty."""
    n = segment.shape[1]
    causal = torch.ones(n, n, dtype=torch.bool, device=segment.device).tril()
    own = (segment[:, :, None] == segment[:, None, :]) | ((segment[:, None, :] == 0) & (segment[:, :, None] > 0))
    allowed = (causal & own)[:, None]
    return torch.zeros(allowed.shape, dtype=dtype, device=segment.device).masked_fill_(~allowed, torch.finfo(dtype).min)

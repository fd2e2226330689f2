"""Greedy native calls on held-out random universes.

A greedy call equals the gold call exactly when every token of the gold call is the most probable one after those before it, so one
forward pass over the gold text scores all calls of a universe.
"""

import random
from dataclasses import dataclass

import numpy as np
import torch

from chat_format import render_messages, render_system
from conversations import one_call
from fast_forward import hidden_states
from packing import Row, batch_of, encode_pieces
from universe import make_universe


@dataclass
class Call:
    start: int
    name_end: int
    end: int


def make_cases(tokenizer, seed: int, tools: int, universes: int, calls: int) -> list[tuple[Row, list[Call]]]:
    rng, cases = random.Random(f"held-out {seed} {tools}"), []
    for _ in range(universes):
        universe, spans = make_universe(rng, tools), []
        prefix = tokenizer.encode(render_system(universe), add_special_tokens=False).ids
        ids, segment, position = list(prefix), [0] * len(prefix), list(range(len(prefix)))
        for number in range(1, calls + 1):
            messages = one_call(rng, universe)[:2]
            part, by_assistant = encode_pieces(tokenizer, render_messages(messages))
            start = len(ids) + by_assistant.index(True)
            opening = '<tool_call>\n{"name": "' + messages[1]["tool"].name + '",'
            spans.append(Call(start, start + len(tokenizer.encode(opening, add_special_tokens=False).ids), len(ids) + len(part) - 1))
            ids += part
            segment += [number] * len(part)
            position += range(len(prefix), len(prefix) + len(part))
        cases.append((Row(np.array(ids), np.array(segment), np.array(position), np.zeros(len(ids), bool)), spans))
    return cases


@torch.no_grad()
def score(model, cases: list[tuple[Row, list[Call]]], device: str) -> dict[str, float]:
    """Selection, whole call, and arguments where the selection was right."""
    selected = whole = total = 0
    table = model.lm_head.weight.to(torch.bfloat16).T
    for row, spans in cases:
        hidden = hidden_states(model, {name: value if name == "pointers" else value.to(device) for name, value in batch_of([row], 0).items()})
        for call in spans:
            guess = (hidden[0, call.start - 1 : call.end - 1] @ table).argmax(-1).cpu()
            right = guess == torch.from_numpy(row.ids[call.start : call.end])
            total += 1
            selected += bool(right[: call.name_end - call.start].all())
            whole += bool(right.all())
    return {"n": total, "selection": round(selected / total, 3), "call": round(whole / total, 3), "arguments_if_selected": round(whole / max(selected, 1), 3)}

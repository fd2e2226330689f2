"""What the model reads at each point of the run: first copying, then rows of tool conversations that grow."""

import random
from typing import Callable, Iterator

import torch

from packing import Row, batch_of, make_row


def next_phase(phases: list[dict], current: int, progress: float, loss: float) -> int:
    """On to the next phase when this one's time is over or its loss low enough."""
    over = progress >= phases[current]["until"] or loss < phases[current].get("leave_below", 0)
    return min(current + over, len(phases) - 1)


def space_pairs(tokenizer) -> list[tuple[int, int]]:
    vocabulary = tokenizer.get_vocab()
    return sorted((index, vocabulary[token[1:]]) for token, index in vocabulary.items() if token[0] == "Ġ" and token[1:] in vocabulary)


def copying_batch(rng: random.Random, tokenizer, phase: dict) -> dict:
    """Distinct random tokens, then the same again. In half of the batches ` word` comes back as `word`, as between a query and JSON."""
    low, high = phase["copying"]
    length = rng.randint(low, high)
    rows = phase["batch"] // (2 * length + 1)
    mark = tokenizer.token_to_id(tokenizer.encode(' "').tokens[0])
    pairs = space_pairs(tokenizer) if rng.random() < 0.5 else [(i, i) for i in range(tokenizer.get_vocab_size())]
    ids = []
    for _ in range(rows):
        chosen = rng.sample(pairs, k=length)
        ids.append([a for a, _ in chosen] + [mark] + [b for _, b in chosen])
    ids = torch.tensor(ids)
    trained = torch.zeros_like(ids, dtype=torch.bool)
    trained[:, length + 2 :] = True  # the first token after the mark is known too, but only by its place
    position = torch.arange(ids.shape[1]).expand_as(ids)
    return {"ids": ids, "segment": torch.zeros_like(ids), "position": position, "trained": trained, "real": torch.ones_like(trained), "follows": trained[:, 1:],
            "pointers": [{} for _ in range(rows)]}


def rows_for(rng: random.Random, tokenizer, phase: dict) -> list[Row]:
    """Rows of like length that fill one step; made six steps at a time and sorted, so that little is padding."""
    rows, wanted = [], phase["batch"] * 6
    while sum(len(row.ids) for row in rows) < wanted:
        row = make_row(rng, tokenizer, rng.randint(*phase["tools"]), rng.randint(*phase["conversations"]), phase["several"], phase["results"], phase["longest"], **phase.get("universe", {}))
        if row is not None:
            rows.append(row)
    return sorted(rows, key=lambda row: len(row.ids))


def batches(rng: random.Random, tokenizer, phase_now: Callable[[], dict], pad: int) -> Iterator[dict]:
    """Endless batches of the phase that is on."""
    while True:
        phase = phase_now()
        if "copying" in phase:
            yield copying_batch(rng, tokenizer, phase)
            continue
        groups, group = [], []
        for row in rows_for(rng, tokenizer, phase):
            if group and len(row.ids) * (len(group) + 1) > phase["batch"]:
                groups.append(group)
                group = []
            group.append(row)
        groups.append(group)
        rng.shuffle(groups)
        for group in groups:
            yield batch_of(group, pad)

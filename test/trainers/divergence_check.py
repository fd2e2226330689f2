"""Prints when series of losses count as diverged, and which checkpoints stay and are gone back to: `divergence_check.py FOLDER TEMPORARY`."""

import json
import random
import sys
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, sys.argv[1])

import divergence
import torch
from checkpoint import Checkpoints, snapshot
from report import Diverged
from training_run import Progress

model = torch.nn.Embedding(1000, 2)
model.get_input_embeddings = lambda: model


def run(batch_size: int):
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    return SimpleNamespace(job=SimpleNamespace(batch_size=batch_size, name="job"), model=model, optimizer=optimizer, progress=Progress(1))


def diverges_at(losses, batch_size: int = 8) -> int | None:
    watched = run(batch_size)
    for step, loss in enumerate(losses, 1):
        try:
            divergence.watch(watched, loss, 1.0)
        except Diverged:
            return step
    return None


def noisy(seed: int, mean: float, steps: int = 3000):
    """Losses of single samples spread like this: many small ones, a few large ones."""
    source = random.Random(seed)
    return [source.expovariate(1 / mean) for _ in range(steps)]


def went_back(at: int) -> dict:
    """Where a run that has gone wrong at a step goes on, and that it is there as it was."""
    folder = Path(sys.argv[2]) / f"at-{at}"
    going, checkpoints = run(8), Checkpoints(folder, "job", divergence.window(8))
    start = snapshot(going)
    for going.progress.step in range(1, at + 1):
        with torch.no_grad():
            model.weight.fill_(going.progress.step)
        if going.progress.step % 10 == 0:
            checkpoints.save(going)
    kept = sorted(int(path.stem[5:]) for path in folder.glob("step-*.pt"))
    divergence.go_back(going, checkpoints, start, Diverged("wrong"))
    step = going.progress.step
    assert step == 0 or model.weight[0, 0] == step, "the weights of another step"
    return {"kept": kept, "to": step, "rate": going.progress.lr_scale, "left": len(list(folder.glob("step-*.pt")))}


found = {
    "learns": diverges_at([3 * 0.98**step for step in range(400)]),
    "noise of single samples": [diverges_at(noisy(seed, 2.0), 1) for seed in range(20)],
    "a hard batch": diverges_at([0.1] * 50 + [12] * 2 + [0.1] * 50),
    "goes up and stays": diverges_at([0.1] * 50 + [4.0] * 50),
    "explodes at once": diverges_at([3.0, 3.0, *[30.0] * 50]),
    "not finite": diverges_at([1.0, float("nan")]),
    "back": {at: went_back(at) for at in (40, 65, 66, 115, 130)},
}
print(json.dumps(found), file=sys.__stdout__, flush=True)

"""Checkpoints: everything that a killed training needs to go on to the same end, bit for bit."""

import os
import shutil
import sys
from pathlib import Path

import torch

KEPT = 2


def save(folder: Path, fingerprint: str, step: int, model, optimizer, best) -> None:
    """Writes `step-N` beside its final name and renames it: a checkpoint is whole or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / f"step-{step:08d}"
    temporary = folder / f".{final.name}"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    state = {
        "fingerprint": fingerprint,
        "step": step,
        "adapter": trainable(model),
        "optimizer": optimizer.state_dict(),
        "random": torch.get_rng_state(),
        "random_cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "best": best,
    }
    with open(temporary / "state.pt", "wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    shutil.rmtree(final, ignore_errors=True)
    temporary.rename(final)
    for old in sorted(folder.glob("step-*"))[:-KEPT]:
        shutil.rmtree(old)


def load(folder: Path, fingerprint: str, model, optimizer):
    """Restores the newest whole checkpoint of the same job. Returns (steps done, best so far)."""
    for path in sorted(folder.glob("step-*"), reverse=True):
        try:
            state = torch.load(path / "state.pt", map_location="cpu", weights_only=True)
        except Exception as error:  # half-written by a dying disk or another version: an older one will do
            print(f"passing over {path.name}: {error!r}", flush=True, file=sys.stderr)
            continue
        if state["fingerprint"] != fingerprint:
            continue
        restore(model, state["adapter"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        if state["random_cuda"]:
            torch.cuda.set_rng_state_all(state["random_cuda"])
        return state["step"], state["best"]
    return 0, None


def trainable(model) -> dict[str, torch.Tensor]:
    return {
        name: weight.detach().cpu().clone() for name, weight in model.named_parameters() if weight.requires_grad
    }


def restore(model, adapter: dict[str, torch.Tensor]) -> None:
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.requires_grad:
                weight.copy_(adapter[name])

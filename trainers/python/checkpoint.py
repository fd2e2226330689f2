"""Checkpoints: everything that a killed training needs to go on to the same end, bit for bit."""

import os
import sys
import time
from pathlib import Path

import torch

from report import emit
from training_run import Progress, Run

FORMAT = 2
KEPT = 2
WORTH_SAVING = 5  # seconds of work
RETURN_POINT = 50  # a run can go back to the checkpoints at multiples of this: an interrupted one to the same as an unbroken one


class Checkpoints:
    """The checkpoints of one job: files `step-N.pt` in a folder, and when the next one is due.

    Those of another job or format are of no use, and removed.
    """

    def __init__(self, folder: Path, fingerprint: str, window: int):
        """window: a run never goes back fewer steps."""
        self.folder, self.fingerprint, self.window = folder, f"{FORMAT} {fingerprint}", window
        self._at_step(0)

    def due(self, run: Run) -> bool:
        step, every = run.progress.step, run.job.checkpoint_steps
        return self._seconds() >= run.job.checkpoint_seconds or step % RETURN_POINT == 0 or (every is not None and step % every == 0)

    def worth_saving(self, run: Run) -> bool:
        return run.progress.step > self._step and self._seconds() > WORTH_SAVING

    def save(self, run: Run) -> None:
        """Writes beside the final name and renames: a checkpoint is whole or not there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        final = self._path(run.progress.step)
        temporary = final.with_name(f".{final.name}")
        try:
            with open(temporary, "wb") as file:
                torch.save({"fingerprint": self.fingerprint, **snapshot(run)}, file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(final)
        except BaseException:
            temporary.unlink(missing_ok=True)  # half a checkpoint must not fill a disk that is full
            raise
        self._prune(run.progress.step)
        self._at_step(run.progress.step)
        emit("checkpoint", run.job.name, step=run.progress.step)

    def load(self, run: Run, steps: range | None = None) -> bool:
        """Restores the newest whole checkpoint, of these steps where given. Returns whether there is one."""
        for path in reversed(self._files()):
            if steps is not None and _step(path) not in steps:
                continue
            try:
                state = torch.load(path, map_location="cpu", weights_only=True)
            except Exception as error:  # half-written by a dying disk: an older one will do
                print(f"passing over {path.name}: {error!r}", flush=True, file=sys.stderr)
                continue
            if state["fingerprint"] == self.fingerprint:
                restore(run, state)
                self._at_step(run.progress.step)
                return True
            path.unlink()
        return False

    def forget_after(self, step: int) -> None:
        for path in self._files():
            if _step(path) > step:
                path.unlink()

    def _at_step(self, step: int) -> None:
        """The newest state is now that of this step."""
        self._step, self._time = step, time.monotonic()

    def _seconds(self) -> float:
        return time.monotonic() - self._time

    def _prune(self, step: int) -> None:
        """Keeps the newest ones, and from the newest return point that is a window old on all return points."""
        steps = [_step(path) for path in self._files()]
        points = [at for at in steps if at % RETURN_POINT == 0]
        settled = max((at for at in points if at <= step - self.window), default=0)
        kept = {*steps[-KEPT:], *(at for at in points if at >= settled)}
        for at in set(steps) - kept:
            self._path(at).unlink()

    def _path(self, step: int) -> Path:
        return self.folder / f"step-{step:08d}.pt"

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("step-*.pt"))


def _step(path: Path) -> int:
    return int(path.stem.removeprefix("step-"))


def snapshot(run: Run) -> dict:
    return {
        "progress": dict(vars(run.progress)),
        "adapter": trainable(run.model),
        "optimizer": run.optimizer.state_dict(),
        "random": random_state(),
    }


def restore(run: Run, state: dict) -> None:
    smallest = min(run.progress.micro_batch, state["progress"]["micro_batch"])  # it may have been interrupted to lower it
    run.progress = Progress(**state["progress"] | {"micro_batch": smallest})
    restore_adapter(run.model, state["adapter"])
    run.optimizer.load_state_dict(state["optimizer"])
    run.optimizer.zero_grad(set_to_none=True)
    set_random_state(state["random"])


def random_state() -> dict:
    return {"cpu": torch.get_rng_state(), "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []}


def set_random_state(state: dict) -> None:
    torch.set_rng_state(state["cpu"])
    if state["cuda"]:
        torch.cuda.set_rng_state_all(state["cuda"])


def trainable(model) -> dict[str, torch.Tensor]:
    return {
        name: weight.detach().cpu().clone() for name, weight in model.named_parameters() if weight.requires_grad
    }


def restore_adapter(model, adapter: dict[str, torch.Tensor]) -> None:
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.requires_grad:
                weight.copy_(adapter[name])

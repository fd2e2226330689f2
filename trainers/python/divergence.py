"""When a training has gone wrong, and how it goes back.

A step whose loss or gradient is not finite is wrong at once. Else the mean loss of a window decides, long enough (16 steps and 128
samples) that neither a hard batch nor small batches set it off. It is wrong where it is both twice and 2 nats above the lowest such
mean so far; or, as a run can go wrong before its first window is full, 2 nats above blind guessing and twice above the first loss.
"""

import math

import torch

from checkpoint import RETURN_POINT, Checkpoints, restore
from report import BadBase, Diverged, emit
from training_run import Run

WINDOW_STEPS, WINDOW_SAMPLES = 16, 128
MARGIN, FACTOR = 2.0, 2.0


def window(batch_size: int) -> int:
    """Steps whose mean loss is looked at."""
    return max(WINDOW_STEPS, math.ceil(WINDOW_SAMPLES / batch_size))


def watch(run: Run, loss: float, grad_norm: float) -> None:
    """Takes a step's loss into account, before its update. Raises Diverged; BadBase where the base itself is not finite."""
    progress = run.progress
    if not math.isfinite(loss) or not math.isfinite(grad_norm):
        _refuse_broken_base(run)
        raise Diverged("the loss or its gradient is not finite", found=f"loss {loss}, gradient norm {grad_norm}")
    size = window(run.job.batch_size)
    progress.losses = [*progress.losses, loss][-size:]
    progress.first_loss = loss if progress.first_loss is None else progress.first_loss
    if len(progress.losses) < size:
        return
    mean = sum(progress.losses) / size
    guessing = math.log(run.model.get_input_embeddings().num_embeddings)
    limit = max(guessing + MARGIN, FACTOR * progress.first_loss)
    if progress.lowest_mean is not None:
        limit = min(limit, max(progress.lowest_mean + MARGIN, FACTOR * progress.lowest_mean))
    if mean > limit:
        expected, found = f"a mean of at most {limit:.2f}", f"{mean:.2f} over {size} steps"
        raise Diverged("the loss has gone up and stayed there", expected=expected, found=found)
    progress.lowest_mean = mean if progress.lowest_mean is None else min(mean, progress.lowest_mean)


def _refuse_broken_base(run: Run) -> None:
    for name, weight in run.model.named_parameters():
        if not weight.requires_grad and not torch.isfinite(weight).all():
            found = name.removeprefix("base_model.model.").replace(".base_layer", "")
            raise BadBase("a weight of the base is not finite", where=run.job.base.name, found=found, todo="get the base anew, or use another one")


def go_back(run: Run, checkpoints: Checkpoints, start: dict, error: Diverged) -> None:
    """Once: restores the last return point that lies a window back (start: the state before the first step) and halves the rate."""
    at, tried = run.progress.step, run.progress.went_back
    reason = f"{error} at step {at + 1}"
    if tried or at == 0:
        again = ", after it had gone back and halved the learning rate" if tried else ""
        raise Diverged(reason + again, **error.details) from error
    kept = {key: getattr(run.progress, key) for key in ("micro_batch", "halvings")}
    if not checkpoints.load(run, range(RETURN_POINT, at - checkpoints.window + 1, RETURN_POINT)):
        restore(run, start)
    progress = run.progress
    vars(progress).update(kept, went_back=1, lr_scale=progress.lr_scale / 2)
    checkpoints.forget_after(progress.step)
    checkpoints.save(run)
    message = f"{reason}: goes back to step {progress.step}, with half the learning rate"
    emit("warning", run.job.name, kind="went_back", step=at, message=message, **{"from": at, "to": progress.step})

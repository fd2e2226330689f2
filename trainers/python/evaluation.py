"""How good the adapter is on the validation samples."""

import math

import torch
import torch.nn.functional as F

from forward import forward, micro_batches
from report import Diverged
from training_run import Run
from worker import Interrupted, stopping


@torch.no_grad()
def evaluate(run: Run) -> dict:
    """The validation loss. Raises Interrupted where the process is to end: a result of some of the samples is none."""
    run.model.eval()
    loss, right, trained = 0.0, 0, 0
    # Batches that share a prompt, as in training, of rows of similar length.
    batches = [part for samples in run.validation for part in micro_batches(sorted(samples, key=lambda sample: len(sample.ids)), run.job)]
    for batch in batches:
        if stopping.is_set():
            raise Interrupted
        logits, targets, _ = forward(run.model, batch, run.job.method, run.device, run.amp)
        loss += F.cross_entropy(logits, targets, reduction="sum").item()
        right += (logits.argmax(-1) == targets).sum().item()
        trained += len(targets)
    run.model.train()
    if not math.isfinite(loss):
        raise Diverged("the validation loss is not finite", found=f"loss {loss}")
    return {"loss": loss / trained, "accuracy": right / trained, "samples": sum(map(len, run.validation)), "trained_tokens": trained}

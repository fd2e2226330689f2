"""How good the adapter is on the validation samples."""

import math

import torch
import torch.nn.functional as F

from forward import forward, micro_batches
from halving import within_memory
from report import Diverged, stopping
from samples import Sample
from training_run import Run
from worker import Interrupted


def evaluate(run: Run) -> dict:
    """Loss and accuracy of the trained tokens, and the share of calls that are exactly right.

    A call (a tool's name, or its whole arguments) is a run of trained tokens. It is exactly right where each of them is the model's first
    choice behind the gold tokens before it; that is when greedy decoding would write this call. Raises Interrupted where the process is to
    end: a result of some of the samples is none.
    """
    run.model.eval()
    try:
        samples = [sample for samples in run.samples.validation for sample in samples]
        return within_memory(run, samples, lambda: _measure(run))
    finally:
        run.model.train()


@torch.no_grad()
def _measure(run: Run) -> dict:
    loss, right = 0.0, []
    # Batches that share a prompt, as in training, of rows of similar length.
    parts = [sorted(samples, key=lambda sample: len(sample.ids)) for samples in run.samples.validation]
    batches = [batch for part in parts for batch in micro_batches(part, run.progress.micro_batch)]
    for batch in batches:
        if stopping.is_set():
            raise Interrupted
        logits, targets, _ = forward(run.model, batch, run.job.method, run.device, run.amp)
        loss += F.cross_entropy(logits, targets, reduction="sum").item()
        right += (logits.argmax(-1) == targets).cpu().split(calls(batch))
    if not math.isfinite(loss):
        raise Diverged("the validation loss is not finite", found=f"loss {loss}")
    tokens = sum(map(len, right))
    return {
        "loss": loss / tokens,
        "accuracy": sum(call.sum().item() for call in right) / tokens,
        "exact": sum(call.all().item() for call in right) / len(right),
        "calls": len(right),
        "samples": sum(map(len, run.samples.validation)),
        "trained_tokens": tokens,
    }


def calls(samples: list[Sample]) -> list[int]:
    """Trained tokens of each call, in the order in which `forward` gives them."""
    return [end - start for sample in samples for start, end in sample.trained_runs]


def better(result: dict, best: dict | None) -> bool:
    """More calls right; the lower loss where as many are."""
    return best is None or (result["exact"], -result["loss"]) > (best["exact"], -best["loss"])

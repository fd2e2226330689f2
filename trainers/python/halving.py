"""What to do where memory runs out: the same with half the micro-batch. The effective batch, and so the gradient, stays."""

from collections.abc import Callable
from typing import TypeVar

from checkpoint import random_state, set_random_state
from memory import forget_freed
from report import OutOfMemory, emit
from samples import Sample
from training_run import Run
from worker import Interrupted, out_of_memory

Result = TypeVar("Result")


def within_memory(run: Run, samples: list[Sample], compute: Callable[[], Result]) -> Result:
    """Calls `compute`, which works on samples in micro-batches of the run's size; where memory runs out, again from its beginning.

    Random numbers begin anew too, so that the result is that of a run which had the smaller size before.
    Raises OutOfMemory where not even one sample at a time fits. Where it raises, the run is as it was before.
    """
    random = random_state()
    while True:
        try:
            return compute()
        except Exception as error:
            if not out_of_memory(error):
                if isinstance(error, Interrupted):
                    _forget(run, random)
                raise
            reason = str(error).strip().split("\n")[0]
        # Outside of the `except`: the traceback holds the activations.
        _forget(run, random)
        _halve(run, samples, reason)


def _forget(run: Run, random: dict) -> None:
    run.optimizer.zero_grad(set_to_none=True)
    set_random_state(random)
    forget_freed(run.device)


def _halve(run: Run, samples: list[Sample], reason: str) -> None:
    progress = run.progress
    size = min(progress.micro_batch, len(samples))
    longest = max(samples, key=lambda sample: len(sample.ids))
    if size == 1:
        raise OutOfMemory(
            "even one sample at a time does not fit into memory",
            where=longest.id,
            found=f"a sample of {len(longest.ids)} tokens; {reason}",
            todo="set gradient_checkpointing: true in the recipe, lower contextLength and build the data again, or use more memory",
        )
    progress.micro_batch = (size + 1) // 2
    progress.halvings += 1
    message = f"out of memory at step {progress.step + 1}: from here on {progress.micro_batch} samples at a time, of {size}; the batch stays"
    emit("warning", run.job.name, kind="micro_batch", step=progress.step + 1, message=message, **{"from": size, "to": progress.micro_batch})

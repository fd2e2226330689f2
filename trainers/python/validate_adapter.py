"""Tells how good finished adapters are on validation samples: `python validate_adapter.py job.json [job.json …]`.

A job's `start` is the adapter, of which nothing is trained; all else is as for peft_trainer.py. Of each it tells an `eval` and `done`.
"""

import sys
import time

import worker  # before the slow imports, in which the parent may die

try:
    from adapter import adapter_in
    from base import Bases
    from evaluation import evaluate
    from job_samples import samples_of
    from report import emit
    from training_run import new_run
except ImportError as missing:
    worker.missing_package(missing)


def validate(job: worker.Job, bases: Bases) -> None:
    begun = time.monotonic()
    base, device, amp = bases.open(job)
    samples = samples_of(job, bases, f"{device} {amp}")
    with adapter_in(base, job) as model:
        emit("eval", job.name, step=0, **evaluate(new_run(job, model, samples, device, amp)))
    emit("done", job.name, step=0, kept=0, seconds=time.monotonic() - begun)


if __name__ == "__main__":
    bases = Bases()
    worker.run(sys.argv[1:], lambda job: validate(job, bases))

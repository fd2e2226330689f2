"""Trains LoRA adapters with PEFT: `python peft_trainer.py job.json [job.json …]`.

One process takes a queue of jobs, so that torch is imported and a base is loaded once. What a job is and how the process ends says
worker.py. Events are JSON lines on stdout (trainers/events.ts), logs go to stderr. A run that was stopped goes on from its last
checkpoint with the same command.
"""

import sys

import worker  # before the slow imports, in which the parent may die

try:
    from adapter import adapter_in
    from base import Bases
    from job_members import form
    from job_samples import samples_of
    from train_together import train_together
    from training_loop import train_alone
    from training_run import new_run
except ImportError as missing:
    worker.missing_package(missing)


def train(job: worker.Job, bases: Bases) -> None:
    base, device, amp = bases.open(job)
    samples = samples_of(job, bases, f"{device} {amp}")
    with adapter_in(base, job) as model:
        train_alone(new_run(job, model, samples, device, amp))


if __name__ == "__main__":
    bases = Bases()
    worker.run(sys.argv[1:], lambda job: train(job, bases), form, lambda jobs, ended: train_together(jobs, bases, ended))

"""A job as a Hugging Face Trainer takes it: all samples in one list, a number of steps, batches in equal parts."""

import math
from dataclasses import fields

from computing import autocasts, device_here
from job_members import identity
from samples import Sample, SpanTokenizer, read_job
from sft_callback import Plan
from training_run import total_steps
from worker import Job


def read_all(job: Job) -> tuple[list[Sample], list[Sample]]:
    """Those to train on, and those to validate with."""
    flat = lambda files: [sample for samples in files for sample in samples]
    files, validation = read_job(job, SpanTokenizer(job.base))
    return flat(files), flat(validation)


def plan_of(job: Job, samples: list[Sample], validation: list[Sample], packages: list[str]) -> Plan:
    steps_per_epoch = math.ceil(len(samples) / job.batch_size)
    facts = dict(
        identity=identity(job, [samples], [validation]),
        samples=len(samples),
        validation=len(validation),
        tokens=sum(len(sample.ids) for sample in samples),
        trained_tokens=sum(sample.trained for sample in samples),
        steps_per_epoch=steps_per_epoch,
        total=total_steps(job, steps_per_epoch),
        precision="bf16" if autocasts(job.precision, device_here()) else "fp32",
        packages=packages,
    )
    return Plan(**facts, **{name: getattr(job, name) for name in {f.name for f in fields(Plan)} - facts.keys()})


def micro_batch(job: Job) -> int:
    """The largest that divides the batch: a Trainer takes as many samples in each part of a step."""
    return next(size for size in range(min(job.micro_batch_size, job.batch_size), 0, -1) if job.batch_size % size == 0)

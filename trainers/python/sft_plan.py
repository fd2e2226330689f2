"""A job as a Hugging Face Trainer takes it: all samples in one list, a number of steps, batches in equal parts."""

import math
from dataclasses import fields

import torch

from peft_trainer import autocasts
from report import BadData
from samples import Sample, SpanTokenizer, read_samples
from sft_callback import Plan
from training_loop import identity
from worker import Job


def read_all(job: Job) -> tuple[list[Sample], list[Sample]]:
    """Those to train on, and those to validate with."""
    spans = SpanTokenizer(job.base)
    read = lambda paths: [sample for path in paths for sample in read_samples(path, spans, job.max_length, job.hashes.get(path))]
    samples = read(job.train)
    if not samples:
        raise BadData("no samples to train on", where=job.train[0].name, todo="write more traces, and build the data again")
    return samples, read(job.validation)


def plan_of(job: Job, samples: list[Sample], validation: list[Sample], packages: list[str]) -> Plan:
    steps_per_epoch = math.ceil(len(samples) / job.batch_size)
    total = max(math.ceil(job.epochs * steps_per_epoch), job.min_steps)
    facts = dict(
        identity=identity(job, [samples], [validation]),
        samples=len(samples),
        validation=len(validation),
        tokens=sum(len(sample.ids) for sample in samples),
        trained_tokens=sum(sample.trained for sample in samples),
        steps_per_epoch=steps_per_epoch,
        total=total if job.max_steps is None else min(total, job.max_steps),
        precision="bf16" if autocasts(job.precision, "cuda" if torch.cuda.is_available() else "cpu") else "fp32",
        packages=packages,
    )
    return Plan(**facts, **{name: getattr(job, name) for name in {f.name for f in fields(Plan)} - facts.keys()})


def micro_batch(job: Job) -> int:
    """The largest that divides the batch: a Trainer takes as many samples in each part of a step."""
    return next(size for size in range(min(job.micro_batch_size, job.batch_size), 0, -1) if job.batch_size % size == 0)

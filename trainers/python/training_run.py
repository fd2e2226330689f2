"""One job at work: what the training loop needs to know of it."""

import math
from dataclasses import dataclass, field

import torch

from samples import JobSamples
from worker import Job


@dataclass
class Progress:
    """How far a job is. A checkpoint holds all of it, with the weights, the optimizer and the random state."""

    micro_batch: int  # halved where memory runs out
    step: int = 0
    halvings: int = 0
    lr_scale: float = 1.0  # halved where it went back
    went_back: int = 0
    losses: list[float] = field(default_factory=list)  # see divergence.py
    first_loss: float | None = None
    lowest_mean: float | None = None
    validated: int = 0  # the step of the newest validation that counts
    waiting: int = 0  # validations since the best one
    best: dict | None = None  # {step, exact, loss, adapter}


@dataclass
class Run:
    job: Job
    model: torch.nn.Module
    weights: list[torch.nn.Parameter]
    optimizer: torch.optim.Optimizer
    samples: JobSamples
    device: str
    amp: bool
    steps_per_epoch: int
    total: int
    progress: Progress


def new_run(job: Job, model: torch.nn.Module, samples: JobSamples, device: str, amp: bool) -> Run:
    steps_per_epoch = sum(math.ceil(len(some) / job.batch_size) for some in samples.prompts)
    weights = [weight for _, weight in model.named_parameters() if weight.requires_grad]
    betas = (job.beta1, job.beta2)
    return Run(
        job=job,
        model=model,
        weights=weights,
        optimizer=torch.optim.AdamW(weights, lr=job.lr, betas=betas, weight_decay=job.weight_decay, foreach=True),
        samples=samples,
        device=device,
        amp=amp,
        steps_per_epoch=steps_per_epoch,
        total=total_steps(job, steps_per_epoch),
        progress=Progress(job.micro_batch_size),
    )


def total_steps(job, steps_per_epoch: int) -> int:
    total = max(math.ceil(job.epochs * steps_per_epoch), job.min_steps)
    return total if job.max_steps is None else min(total, job.max_steps)

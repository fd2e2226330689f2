"""One job at work: what the training loop needs to know of it."""

from dataclasses import dataclass, field

import torch

from samples import Sample
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
    files: list[list[Sample]]  # each in parts that share a prompt
    validation: list[list[Sample]]
    device: str
    amp: bool
    steps_per_epoch: int
    total: int
    progress: Progress
    invocation: list[int] | None = None  # of an activated adapter

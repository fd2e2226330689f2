"""One job at work: what the training loop needs to know of it."""

from dataclasses import dataclass

import torch

from samples import Sample
from worker import Job


@dataclass
class Run:
    """One job at work."""

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
    invocation: list[int] | None = None  # of an activated adapter

"""Data-parallel processes with one thread each, which do not wait for one another inside every small operation."""

import os
import subprocess
import sys
import tempfile

import torch
import torch.distributed as dist


def join_workers(count: int) -> int:
    """Starts the other workers from worker 0; returns this one's rank."""
    if "PRETRAIN_RANK" not in os.environ:
        meeting = os.path.join(tempfile.mkdtemp(prefix="pretrain-"), "meeting")
        os.environ.update(PRETRAIN_RANK="0", PRETRAIN_MEETING=meeting)
        for rank in range(1, count):
            subprocess.Popen([sys.executable, *sys.argv], env={**os.environ, "PRETRAIN_RANK": str(rank)})
    rank = int(os.environ["PRETRAIN_RANK"])
    if count > 1:
        dist.init_process_group("gloo", init_method="file://" + os.environ["PRETRAIN_MEETING"], rank=rank, world_size=count)
    return rank


def average_gradients(model, sums: list[float]) -> list[float]:
    """Averages the gradients over the workers in place; `sums` come back added up."""
    if not dist.is_initialized():
        return sums
    gradients = [parameter.grad for parameter in model.parameters()]
    flat = torch.cat([gradient.flatten() for gradient in gradients] + [torch.tensor(sums)])
    dist.all_reduce(flat)
    start = 0
    for gradient in gradients:
        gradient.copy_(flat[start : start + gradient.numel()].view_as(gradient)).div_(dist.get_world_size())
        start += gradient.numel()
    return flat[start:].tolist()

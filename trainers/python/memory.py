"""How much memory a training takes: of the GPU where it runs on one, else of this process."""

import gc

import psutil
import torch


def forget_peak(device: str) -> None:
    """The jobs before this one are not its business."""
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()


def forget_freed(device: str) -> None:
    """Gives back what was freed, as blocks of other sizes are wanted now."""
    gc.collect()
    if device == "cuda":
        torch.cuda.empty_cache()


def memory_bytes(device: str) -> int:
    """On a GPU the most that tensors took at once since `forget_peak`; else what this process has in memory now."""
    if device == "cuda":
        return torch.cuda.max_memory_allocated()
    return psutil.Process().memory_info().rss

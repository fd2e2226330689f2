"""On what a process computes, and how: the device, its threads, the precision, and that a training repeated gives the same bytes."""

import os

import torch


def prepare_torch(job) -> None:
    """Before a job's first product."""
    use_processor(job)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # no memory is read before it is written


def use_processor(job) -> None:
    # Far tokens get attention too small for a normal float, which processors multiply up to a hundred times slower. Threads inherit this.
    torch.set_flush_denormal(True)
    torch.set_num_threads(job.threads or os.cpu_count() or 1)


def device_here() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def base_dtype(device: str, amp: bool) -> torch.dtype:
    """A GPU keeps a large base in half precision; in system memory float32 costs little and rounds less."""
    return torch.bfloat16 if amp and device == "cuda" else torch.float32


def autocasts(precision: str, device: str) -> bool:
    """Whether to compute in bfloat16. `auto`: where the hardware multiplies it natively."""
    if precision != "auto":
        return precision == "bf16"
    if device == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()

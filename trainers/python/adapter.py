"""The adapter in the base."""

from contextlib import contextmanager

import torch
from peft import LoraConfig, get_peft_model

from adapter_files import load_start
from fused_lora import fuse


@contextmanager
def adapter_in(base, job):
    """The base with a new adapter, which is taken out at the end, so that the next job finds the base as it was."""
    torch.manual_seed(job.seed)
    model = get_peft_model(base, lora_config(job))
    try:
        if job.start:
            load_start(model, job)
        fuse(model)
        model.train()
        if job.gradient_checkpointing:
            model.gradient_checkpointing_enable({"use_reentrant": False})
        yield model
    finally:
        model.gradient_checkpointing_disable()
        model.unload()


def lora_config(job) -> LoraConfig:
    modules = job.lora_target_modules
    return LoraConfig(
        task_type="CAUSAL_LM",
        r=job.lora_r,
        lora_alpha=job.lora_alpha,
        lora_dropout=job.lora_dropout,
        use_rslora=job.lora_rslora,
        target_modules=modules if isinstance(modules, str) else list(modules),
    )

"""The adapter in the base."""

from contextlib import contextmanager

import torch
from peft import LoraConfig, get_peft_model

from adapter_files import load_start
from fused_lora import fuse
from report import BadJob


@contextmanager
def adapter_in(base, job):
    """The base with a new adapter, which is taken out at the end, so that the next job finds the base as it was."""
    torch.manual_seed(job.seed)
    refuse_other_modules(base, job)
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


def refuse_other_modules(base, job) -> None:
    """PEFT finds them out one by one, and leaves the base half covered for the next job; and of a layer that is not linear nothing can be converted."""
    if isinstance(job.lora_target_modules, str):
        return
    for target in job.lora_target_modules:
        found = [module for name, module in base.named_modules() if name == target or name.endswith(f".{target}")]
        if not found or not all(isinstance(module, torch.nn.Linear) for module in found):
            linear = {name.rpartition(".")[2] for name, module in base.named_modules() if isinstance(module, torch.nn.Linear)}
            raise BadJob(
                f"the base has no linear layers of the name {target}" if not found else f"{target} is no linear layer of the base",
                expected=", ".join(sorted(linear)),
                todo="correct lora.target_modules in the recipe",
            )


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

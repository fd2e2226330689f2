"""A job as Axolotl's YAML (docs.axolotl.ai/docs/config-reference.html). Whatever Axolotl would guess or choose is given."""

import math
from pathlib import Path

from sft_callback import Plan
from sft_plan import micro_batch
from worker import Job


def axolotl_config(job: Job, plan: Plan, longest: int, work: Path, resumed: Path | None) -> dict:
    """`work` holds train.jsonl and validation.jsonl. When to validate and save says the plugin."""
    micro, bf16 = micro_batch(job), plan.precision == "bf16"
    modules = {"lora_target_linear": True} if job.lora_target_modules == "all-linear" else {"lora_target_modules": job.lora_target_modules}
    return {
        "base_model": str(job.base),
        "plugins": ["axolotl_plugin.JobPlugin"],
        "output_dir": str(work.parent),
        **({"resume_from_checkpoint": str(resumed)} if resumed else {}),
        "adapter": "qlora" if job.quantization == "nf4" else "lora",
        "load_in_4bit": job.quantization == "nf4",  # nf4 and double quantization are Axolotl's own choice
        "load_in_8bit": False,
        "lora_r": job.lora_r,
        "lora_alpha": job.lora_alpha,
        "lora_dropout": job.lora_dropout,
        "peft_use_rslora": job.lora_rslora,
        **modules,
        **({"lora_model_dir": str(job.start)} if job.start else {}),
        "datasets": [data(work / "train.jsonl")],
        **({"test_datasets": [data(work / "validation.jsonl")]} if plan.validation else {}),
        "val_set_size": 0,
        "dataset_prepared_path": str(work / "prepared"),
        "sequence_len": longest,
        "excess_length_strategy": "raise",
        "sample_packing": False,
        "pad_to_sequence_len": False,
        "micro_batch_size": micro,
        "eval_batch_size": micro,
        "gradient_accumulation_steps": job.batch_size // micro,
        "max_steps": plan.total,
        "num_epochs": math.ceil(plan.total / plan.steps_per_epoch),
        "optimizer": "adamw_torch",
        "learning_rate": job.lr,
        "lr_scheduler": "constant_with_warmup" if job.schedule == "constant" else job.schedule,
        "warmup_steps": math.ceil(job.warmup_ratio * plan.total),
        "weight_decay": job.weight_decay,
        "adam_beta1": job.beta1,
        "adam_beta2": job.beta2,
        "max_grad_norm": job.max_grad_norm,
        "bf16": bf16,
        "fp16": False,
        "gradient_checkpointing": job.gradient_checkpointing,
        "attn_implementation": "sdpa",
        "seed": job.seed,
        "logging_steps": 1,
        "save_strategy": "no",
        "save_total_limit": 2,
    }


def data(path: Path) -> dict:
    """Rows of `input_ids`, `attention_mask` and `labels`, which an empty type leaves as they are."""
    return {"path": str(path), "ds_type": "json", "split": "train", "type": None}

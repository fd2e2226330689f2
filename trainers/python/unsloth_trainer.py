"""Trains LoRA adapters with Unsloth: `python unsloth_trainer.py job.json [job.json …]`, on an NVIDIA GPU.

Unsloth's base and adapter, TRL's SFTTrainer as Unsloth patches it. What a job is and how the process ends says worker.py; what is done,
sft.py. Each job loads its base anew.
"""

import os
import sys

import worker  # before the slow imports, in which the parent may die

try:
    import unsloth  # before transformers, peft and trl, which it patches
    import torch
    from unsloth import FastLanguageModel

    from report import BadBase
    from sft import train
except ImportError as missing:
    worker.missing_package(missing)


def load(job, longest: int, precision: str):
    try:
        model, tokenizer = FastLanguageModel.from_pretrained(
            model_name=str(job.base),
            max_seq_length=longest,
            dtype=torch.bfloat16 if precision == "bf16" else torch.float32,
            load_in_4bit=job.quantization == "nf4",
            use_exact_model_name=True,  # else it may take another base of the same name from the Hub
            use_gradient_checkpointing=job.gradient_checkpointing,
            random_state=job.seed,
        )
    except (OSError, ValueError, KeyError) as error:
        raise BadBase(f"cannot load the base: {error}", where=job.base.name) from error
    model = FastLanguageModel.get_peft_model(
        model,
        r=job.lora_r,
        target_modules=job.lora_target_modules,
        lora_alpha=job.lora_alpha,
        lora_dropout=job.lora_dropout,
        use_rslora=job.lora_rslora,
        use_gradient_checkpointing=job.gradient_checkpointing,
        random_state=job.seed,
    )
    model.register_forward_pre_hook(want_logits)
    return model, tokenizer


def want_logits(model, _) -> None:
    """A validation counts the tokens that are ranked first; training does without the memory that all logits take."""
    os.environ["UNSLOTH_RETURN_LOGITS"] = "0" if model.training else "1"


if __name__ == "__main__":
    worker.run(sys.argv[1:], lambda job: train(job, load, ["trl", unsloth.__name__]))

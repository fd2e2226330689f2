"""Trains LoRA adapters with TRL's SFTTrainer as it comes: `python trl_trainer.py job.json [job.json …]`. The plain reference.

What a job is and how the process ends says worker.py; what is done, sft.py. Each job loads its base anew.
"""

import sys

import worker  # before the slow imports, in which the parent may die

try:
    import torch
    from peft import get_peft_model
    from transformers import AutoTokenizer

    from adapter import lora_config, refuse_other_modules
    from base import load_model, telling_bad_base
    from computing import base_dtype, device_here
    from sft import train
except ImportError as missing:
    worker.missing_package(missing)


def load(job, longest: int, precision: str):
    device = device_here()
    with telling_bad_base(job):
        model = load_model(job, device, base_dtype(device, precision == "bf16"))
        tokenizer = AutoTokenizer.from_pretrained(job.base)
    refuse_other_modules(model, job)
    torch.manual_seed(job.seed)
    return get_peft_model(model, lora_config(job)), tokenizer


if __name__ == "__main__":
    worker.run(sys.argv[1:], lambda job: train(job, load, ["trl"]))

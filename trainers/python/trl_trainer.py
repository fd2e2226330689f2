"""Trains LoRA adapters with TRL's SFTTrainer as it comes: `python trl_trainer.py job.json [job.json …]`. The plain reference.

What a job is and how the process ends says worker.py; what is done, sft.py. Each job loads its base anew.
"""

import sys

import worker  # before the slow imports, in which the parent may die

try:
    import torch
    from peft import get_peft_model
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from peft_trainer import lora_config
    from quantization import quantization_config
    from report import BadBase
    from sft import train
except ImportError as missing:
    worker.missing_package(missing)


def load(job, longest: int, precision: str):
    cuda = torch.cuda.is_available()
    try:
        model = AutoModelForCausalLM.from_pretrained(
            job.base,
            # A GPU keeps a large base in half precision; in system memory float32 costs little and rounds less.
            dtype=torch.bfloat16 if cuda and precision == "bf16" else torch.float32,
            quantization_config=quantization_config(job.quantization),
            device_map={"": "cuda" if cuda else "cpu"},
        )
        tokenizer = AutoTokenizer.from_pretrained(job.base)
    except (OSError, ValueError, KeyError) as error:
        raise BadBase(f"cannot load the base: {error}", where=job.base.name) from error
    torch.manual_seed(job.seed)
    return get_peft_model(model, lora_config(job)), tokenizer


if __name__ == "__main__":
    worker.run(sys.argv[1:], lambda job: train(job, load, ["trl"]))

"""The base in 4 bits: QLoRA (arXiv 2305.14314). Needs bitsandbytes."""

import torch
from transformers import BitsAndBytesConfig


def quantization_config(quantization: str) -> BitsAndBytesConfig | None:
    """The base's linear layers in 4 bits, multiplied in bfloat16. Norms and embeddings keep the precision that the base is loaded in."""
    if quantization == "none":
        return None
    return BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=torch.bfloat16
    )

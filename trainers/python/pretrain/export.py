"""Writes the base as transformers reads it: bf16 safetensors and plain Qwen2 configuration, each by an atomic rename."""

import json
import os
import pathlib

import torch
from safetensors.torch import save_file

LARGEST = 15_000_000  # bytes; a larger file would be a burden to a git repository


def export_weights(model, folder: pathlib.Path) -> None:
    state = {name: tensor.detach().to("cpu", torch.bfloat16).contiguous() for name, tensor in model.state_dict().items() if name != "lm_head.weight"}
    temporary = folder / ".model.safetensors.tmp"
    save_file(state, temporary, metadata={"format": "pt"})
    size = temporary.stat().st_size
    assert size <= LARGEST, f"the weights have {size} bytes, more than {LARGEST}: a base of this shape has to be written in shards"
    os.chmod(temporary, 0o644)
    os.replace(temporary, folder / "model.safetensors")


def export_config(model, folder: pathlib.Path) -> None:
    config, rope = model.config, model.config.rope_parameters
    plain = {
        "architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "bos_token_id": config.bos_token_id, "eos_token_id": config.eos_token_id,
        "pad_token_id": config.pad_token_id, "hidden_act": "silu", "hidden_size": config.hidden_size, "initializer_range": config.initializer_range,
        "intermediate_size": config.intermediate_size, "max_position_embeddings": config.max_position_embeddings, "max_window_layers": config.num_hidden_layers,
        "model_type": "qwen2", "num_attention_heads": config.num_attention_heads, "num_hidden_layers": config.num_hidden_layers,
        "num_key_value_heads": config.num_key_value_heads, "rms_norm_eps": config.rms_norm_eps, "rope_scaling": None, "rope_theta": rope["rope_theta"],
        "sliding_window": None, "tie_word_embeddings": True, "torch_dtype": "bfloat16", "use_cache": True, "use_sliding_window": False, "vocab_size": config.vocab_size}
    (folder / "config.json").write_text(json.dumps(plain, indent=2) + "\n")
    generation = {"bos_token_id": config.bos_token_id, "pad_token_id": config.pad_token_id, "eos_token_id": [config.eos_token_id, config.pad_token_id], "do_sample": False}
    (folder / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n")

"""Writes the base as transformers reads it: bf16 safetensors and plain Qwen2 configuration, each by an atomic rename."""

import json
import os
import pathlib
import tempfile

import torch
from huggingface_hub import save_torch_state_dict

SHARD = "15MB"  # a larger file would be a burden to a git repository


def export_weights(model, folder: pathlib.Path) -> None:
    """One file, or several of at most SHARD and their index, which is renamed last."""
    state = {name: tensor.detach().to("cpu", torch.bfloat16).contiguous() for name, tensor in model.state_dict().items() if name != "lm_head.weight"}
    kept = set()
    with tempfile.TemporaryDirectory(dir=folder, prefix=".weights-") as made:
        save_torch_state_dict(state, made, max_shard_size=SHARD, metadata={"format": "pt"})
        for path in sorted(pathlib.Path(made).iterdir(), key=lambda path: (path.suffix == ".json", path.name)):
            os.chmod(path, 0o644)
            os.replace(path, folder / path.name)
            kept.add(path.name)
    for path in folder.glob("model*.safetensors*"):  # of an export with another number of files
        if path.name not in kept:
            path.unlink()


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

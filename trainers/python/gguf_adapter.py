"""Converts a queue of PEFT LoRA adapters to GGUF with the pinned convert_lora_to_gguf.py, in one process.

Usage: python gguf_adapter.py, with the request on stdin
Request: {"source": llama.cpp folder, "base": folder, "type": "f32", "staging": folder, "adapters": [{"name": …, "folder": …, "path": …}]}
Events (JSON lines on stdout): {"type": "converted", "name": …} | {"type": "error", "name": …, "what": …}; logs on stderr.
"""

import json
import math
import os
import shutil

from gguf_converter import emit, read_request, run_converter, telling

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"


def served_config(config):
    """llama.cpp scales by alpha / rank and knows no rsLoRA (alpha / sqrt(rank)): put the difference into alpha.

    llama-server applies an activated adapter from one token before the invocation, PEFT from its first token: without that token both mean the same.
    """
    if config.get("alora_invocation_tokens"):
        config = {**config, "alora_invocation_tokens": config["alora_invocation_tokens"][1:]}
    if not config.get("use_rslora"):
        return config
    return {**config, "lora_alpha": config["lora_alpha"] * math.sqrt(config["r"]), "use_rslora": False}


def stage(folder, copy):
    """A copy that holds the corrected config and the weights and no model card: a card may name paths of this machine."""
    os.makedirs(copy)
    with open(os.path.join(folder, CONFIG), encoding="utf-8") as file:
        config = json.load(file)
    with open(os.path.join(copy, CONFIG), "w", encoding="utf-8") as file:
        json.dump(served_config(config), file)
    weights = os.path.abspath(os.path.join(folder, WEIGHTS))
    try:
        os.symlink(weights, os.path.join(copy, WEIGHTS))
    except OSError:  # Windows without the right to make links
        shutil.copyfile(weights, os.path.join(copy, WEIGHTS))


def convert(request, adapter):
    staging = request["staging"]
    shutil.rmtree(staging, ignore_errors=True)
    try:
        # The folder's name becomes the name in the GGUF's metadata, so it must be the adapter's own.
        copy = os.path.join(staging, adapter["name"])
        stage(adapter["folder"], copy)
        run_converter(
            request["source"], "convert_lora_to_gguf.py", request["type"], adapter["path"], "--base", request["base"], copy
        )
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def main():
    request = read_request()
    for adapter in request["adapters"]:
        with telling(name=adapter["name"]):
            convert(request, adapter)
        emit(type="converted", name=adapter["name"])


if __name__ == "__main__":
    main()

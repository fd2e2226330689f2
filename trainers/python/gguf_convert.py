"""Converts a base model and PEFT LoRA adapters to GGUF with the pinned scripts of llama.cpp, all in one process: loading them costs seconds.

Usage: python gguf_convert.py, with the request on stdin
Request: {"source": llama.cpp folder, "base": folder,
          "fallback_pre": "qwen2" | null, "outputs": of the base [{"type": "f16", "path": …}],
          "adapter_type": "f32", "staging": folder, "adapters": [{"name": …, "folder": …, "path": …}]}
Events (JSON lines on stdout): {"type": "converted", "path": …} for the base, {"type": "converted", "name": …} for adapters,
{"type": "error", "what": …, "name"?: …}; logs on stderr.
"""

import json
import math
import os
import shutil
import sys

from gguf_converter import emit, read_request, run_converter, telling

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"


def allow_known_pretokenizer(fallback):
    """The converter knows pre-tokenizers by a hash over token ids, which differ for every vocabulary. Where it does not
    know the hash, take the name that the caller has found by comparing the pre-tokenizer itself."""
    from conversion.base import TextModel

    recognize = TextModel.get_vocab_base_pre

    def recognize_or_fall_back(self, tokenizer):
        try:
            return recognize(self, tokenizer)
        except NotImplementedError:
            return fallback

    TextModel.get_vocab_base_pre = recognize_or_fall_back


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


def convert_adapter(request, adapter):
    staging = request["staging"]
    shutil.rmtree(staging, ignore_errors=True)
    try:
        # The folder's name becomes the name in the GGUF's metadata, so it must be the adapter's own.
        copy = os.path.join(staging, adapter["name"])
        stage(adapter["folder"], copy)
        convert_lora = "convert_lora_to_gguf.py"
        run_converter(request["source"], convert_lora, request["adapter_type"], adapter["path"], "--base", request["base"], copy)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def main():
    request = read_request()
    if request["fallback_pre"] is not None:
        allow_known_pretokenizer(request["fallback_pre"])
    for output in request["outputs"]:
        with telling():
            run_converter(request["source"], "convert_hf_to_gguf.py", output["type"], output["path"], request["base"])
        emit(type="converted", path=output["path"])
    for adapter in request["adapters"]:
        with telling(name=adapter["name"]):
            convert_adapter(request, adapter)
        emit(type="converted", name=adapter["name"])
    sys.stderr.flush()
    os._exit(0)  # skips a second of tear-down of a process that has nothing left to do


if __name__ == "__main__":
    main()

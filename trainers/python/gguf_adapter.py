"""Converts a queue of PEFT LoRA adapters to GGUF with the pinned convert_lora_to_gguf.py, in one process.

Usage: python gguf_adapter.py REQUEST.json
Request: {"source": llama.cpp folder, "base": folder, "type": "f32", "adapters": [{"name": …, "folder": …, "path": …}]}
Events (JSON lines on stdout): {"type": "converted", "name": …} | {"type": "error", "name": …, "what": …}; logs on stderr.
"""

import contextlib
import json
import math
import os
import runpy
import shutil
import sys
import tempfile

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"


def emit(**event):
    print(json.dumps(event), file=sys.__stdout__, flush=True)


def served_config(config):
    """llama.cpp scales by alpha / rank and knows no rsLoRA (alpha / sqrt(rank)): put the difference into alpha."""
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


def convert(source, base, kind, adapter):
    path = adapter["path"]
    partial = f"{path}.partial"
    with tempfile.TemporaryDirectory() as temporary:
        # The folder's name becomes the name in the GGUF's metadata, so it must not be a random one.
        copy = os.path.join(temporary, adapter["name"])
        stage(adapter["folder"], copy)
        sys.argv = ["convert_lora_to_gguf.py", "--base", base, "--outfile", partial, "--outtype", kind, copy]
        try:
            with contextlib.redirect_stdout(sys.stderr):
                runpy.run_path(os.path.join(source, sys.argv[0]), run_name="__main__")
            os.replace(partial, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.remove(partial)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        request = json.load(file)
    source = request["source"]
    sys.path.insert(0, source)
    sys.path.insert(1, os.path.join(source, "gguf-py"))
    for adapter in request["adapters"]:
        try:
            convert(source, request["base"], request["type"], adapter)
        except (Exception, SystemExit) as error:
            emit(type="error", name=adapter["name"], what=f"{type(error).__name__}: {error}")
            raise
        emit(type="converted", name=adapter["name"])


if __name__ == "__main__":
    main()

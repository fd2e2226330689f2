"""Makes random LoRA adapters for a base, good ones and broken ones.

usage: gguf_adapters.py BASE_FOLDER SPECS.json
SPECS: [{"folder", "r", "alpha", "rslora", "seed", "strength": 0 makes a no-op, "broken": null | "rank" | "name" | "shape" | "half"}]
"""

import json
import sys
from pathlib import Path

import numpy
from safetensors import safe_open
from safetensors.numpy import save_file

MODULES = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


def shapes(base):
    with safe_open(base / "model.safetensors", framework="numpy") as file:
        names = [name for name in file.keys() if name.endswith(".weight") and name.split(".")[-2] in MODULES]
        return {name.removesuffix(".weight"): file.get_slice(name).get_shape() for name in sorted(names)}


def tensors(base, spec):
    random = numpy.random.default_rng(spec.get("seed", 1))
    rank = spec["r"] + (2 if spec.get("broken") == "rank" else 0)
    for module, (rows, columns) in shapes(base).items():
        if spec.get("broken") == "name":
            module = module.replace("q_proj", "query")
        if spec.get("broken") == "shape":
            columns += 8
        at = f"base_model.model.{module}"
        yield f"{at}.lora_A.weight", (random.standard_normal((rank, columns)) * 0.2).astype(numpy.float32)
        if spec.get("broken") != "half":
            b = random.standard_normal((rows, rank)) * spec.get("strength", 0.1)
            yield f"{at}.lora_B.weight", b.astype(numpy.float32)


def main():
    base = Path(sys.argv[1])
    for spec in json.loads(Path(sys.argv[2]).read_text()):
        folder = Path(spec["folder"])
        folder.mkdir(parents=True, exist_ok=True)
        save_file(dict(tensors(base, spec)), folder / "adapter_model.safetensors", metadata={"format": "pt"})
        config = {
            "peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": str(base), "r": spec["r"],
            "lora_alpha": spec["alpha"], "use_rslora": spec.get("rslora", False), "lora_dropout": 0.0, "bias": "none",
            "inference_mode": True, "target_modules": list(MODULES), **spec.get("config", {}),
        }
        (folder / "adapter_config.json").write_text(json.dumps(config))


main()

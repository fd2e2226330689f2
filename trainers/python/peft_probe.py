"""Log-probabilities of given tokens by PEFT in fp32: what the converted adapters are compared with.

Usage: python peft_probe.py REQUEST.json
Request: {"base": folder, "threads": 2, "probes": [{"id": …, "tokens": […], "from": n}],
          "systems": [{"name": "base", "folder": null, "probes": [ids]}, {"name": …, "folder": adapter folder, "probes": [ids]}]}
Events (JSON lines on stdout): {"type": "logprobs", "system": …, "probe": …, "logprobs": […]} with the natural logarithms for
tokens[from..], {"type": "error", "what": …}; logs on stderr.
"""

import json
import math
import os
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, DynamicCache


def emit(**event):
    print(json.dumps(event), flush=True)


def common_length(left, right, limit):
    differing = (i for i, (a, b) in enumerate(zip(left[:limit], right)) if a != b)
    return next(differing, min(limit, len(left), len(right)))


def score(model, probes):
    """Probes in a row share their leading tokens (system message, tools): what the cache holds of them is kept."""
    cache, fed = DynamicCache(), []
    for probe in probes:
        tokens, start = probe["tokens"], probe["from"]
        kept = common_length(fed, tokens, start - 1)
        if len(fed) > kept:
            cache.crop(kept - len(fed))
        rest, scored = torch.tensor([tokens[kept:]]), torch.tensor(tokens[start:])
        output = model(input_ids=rest, past_key_values=cache, use_cache=True, logits_to_keep=len(scored) + 1)
        logprobs = torch.log_softmax(output.logits[0, :-1].double(), dim=-1).gather(1, scored[:, None])[:, 0]
        fed = tokens
        # JSON knows no NaN.
        yield probe["id"], [value if math.isfinite(value) else None for value in logprobs.tolist()]


def systems(request):
    """Yields (system, model), the base loaded once and one adapter at a time on it."""
    base = AutoModelForCausalLM.from_pretrained(request["base"], dtype=torch.float32, local_files_only=True).eval()
    for system in request["systems"]:
        if system["folder"] is None:
            yield system, base
            continue
        model = PeftModel.from_pretrained(base, system["folder"]).eval()
        yield system, model
        base = model.unload()


@torch.inference_mode()
def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        request = json.load(file)
    torch.set_num_threads(request.get("threads") or os.cpu_count() or 1)
    probes = {probe["id"]: probe for probe in request["probes"]}
    for system, model in systems(request):
        for probe, logprobs in score(model, [probes[id] for id in system["probes"]]):
            emit(type="logprobs", system=system["name"], probe=probe, logprobs=logprobs)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        emit(type="error", what=f"{type(error).__name__}: {error}")
        raise

"""Log-probabilities of given tokens by PEFT in fp32: what the converted adapters are compared with.

Usage: python peft_probe.py, with the request on stdin
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


def activation(probe, invocation):
    """Where an activated adapter begins to work: at the invocation that stands before the scored tokens."""
    start = probe["from"] - len(invocation)
    if start < 1 or probe["tokens"][start : probe["from"]] != invocation:
        raise ValueError(f"probe {probe['id']} has no invocation {invocation} before its token {probe['from']}")
    return start


def score(model, probes, invocation=None):
    """Probes in a row share their leading tokens (system message, tools): what the cache holds of them is kept, of the base's where an
    activated adapter follows."""
    cache, length, fed = DynamicCache(), 0, []
    for probe in probes:
        tokens, start = probe["tokens"], probe["from"]
        active = activation(probe, invocation) if invocation else None
        kept = common_length(fed, tokens, active if invocation else start - 1)
        if length > kept:
            cache.crop(kept - length)
        rest, scored = torch.tensor([tokens[kept:]]), torch.tensor(tokens[start:])
        # Behind a cached prefix PEFT would look for the invocation in the rest alone; it is told.
        options = {"alora_offsets": [len(tokens) - active]} if invocation else {}
        output = model(input_ids=rest, past_key_values=cache, use_cache=True, logits_to_keep=len(scored) + 1, **options)
        logprobs = torch.log_softmax(output.logits[0, :-1].double(), dim=-1).gather(1, scored[:, None])[:, 0]
        fed, length = tokens[:active], len(tokens)
        # JSON knows no NaN.
        yield probe["id"], [value if math.isfinite(value) else None for value in logprobs.tolist()]


def systems(request):
    """Yields (system, model, its invocation), the base loaded once and one adapter at a time on it."""
    base = AutoModelForCausalLM.from_pretrained(request["base"], dtype=torch.float32, local_files_only=True).eval()
    for system in request["systems"]:
        if system["folder"] is None:
            yield system, base, None
            continue
        model = PeftModel.from_pretrained(base, system["folder"]).eval()
        yield system, model, model.peft_config["default"].alora_invocation_tokens
        base = model.unload()


@torch.inference_mode()
def main():
    request = json.load(sys.stdin.buffer)
    torch.set_num_threads(request.get("threads") or os.cpu_count() or 1)
    probes = {probe["id"]: probe for probe in request["probes"]}
    for system, model, invocation in systems(request):
        for probe, logprobs in score(model, [probes[id] for id in system["probes"]], invocation):
            emit(type="logprobs", system=system["name"], probe=probe, logprobs=logprobs)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        emit(type="error", what=f"{type(error).__name__}: {error}")
        raise

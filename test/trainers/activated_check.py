"""Prints how far the gradients of `activated` are from those of PEFT's aLoRA on full sequences, for layouts of samples and both attentions.

PEFT finds the invocation by itself, as it would for a user: each trained run of a sample is put to it as a sequence of its own.
"""

import copy
import json
import sys

sys.path.insert(0, sys.argv[1])

import activated
import activated_attention
import base  # registers the attention
import torch
import torch.nn.functional as F
from forward import forward
from peft import LoraConfig, get_peft_model
from prefix_store import PrefixStore
from samples import IGNORED, Sample
from transformers import AttentionInterface, AutoModelForCausalLM, Qwen2Config

INVOCATION = [60, 61, 62]
FACTS = dict(r=4, target_modules="all-linear", task_type="CAUSAL_LM")
config = Qwen2Config(
    vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2
)


def made(**more):
    """Equal weights each time."""
    torch.manual_seed(0)
    model = get_peft_model(AutoModelForCausalLM.from_config(copy.deepcopy(config), attn_implementation="sdpa"), LoraConfig(**FACTS, **more))
    for _, weight in model.named_parameters():
        torch.nn.init.normal_(weight, std=0.2)  # lora_B too: with zeros there half of the gradients would be zero
    return model


ours, peft = made(), made(alora_invocation_tokens=INVOCATION)
ours.base_model.model.set_attn_implementation("activated")


def sample(prefix: int, *steps: tuple[int, int]) -> Sample:
    """A prefix that all share, then for each step some words of its own, the invocation and trained tokens."""
    ids = [7 + at % 5 for at in range(prefix)]
    labels = [IGNORED] * prefix
    for words, trained in steps:
        own = torch.randint(0, 60, (words,)).tolist()
        answer = torch.randint(0, 60, (trained,)).tolist()
        ids += own + INVOCATION + answer
        labels += [IGNORED] * (words + len(INVOCATION)) + answer
    return Sample("s", ids, labels)


CASES = {
    "one sample": [sample(20, (5, 3))],
    "different lengths": [sample(40, (3, 1)), sample(40, (25, 9)), sample(40, (11, 4))],
    "nothing shared": [sample(0, (9, 2)), sample(0, (17, 3))],
    "nothing but what is shared": [sample(12, (0, 2)), sample(12, (0, 5))],
    "several steps": [sample(30, (4, 3), (12, 2), (1, 6)), sample(30, (8, 2)), sample(30, (2, 1), (3, 1))],
    "equal samples": [sample(18, (3, 4))] * 3,
}


def gradients_of(model, loss):
    model.zero_grad()
    loss.backward()
    return torch.cat([weight.grad.flatten() for name, weight in model.named_parameters() if "lora_" in name])


def expected(samples):
    """Full sequences, one after another."""
    loss = 0
    for one in samples:
        for start, end in one.trained_runs:
            logits = peft(input_ids=torch.tensor([one.ids[:end]])).logits[0, start - 1 : end - 1]
            loss = loss + F.cross_entropy(logits.float(), torch.tensor(one.ids[start:end]), reduction="sum")
    return gradients_of(peft, loss)


def found(samples, store, amp=False):
    prefixes = activated.Prefixes(store, f"base {amp}")
    (planned,) = activated.plan([samples], prefixes, len(INVOCATION), [])
    logits, targets, computed = forward(ours, planned, "activated", "cpu", amp)
    return gradients_of(ours, F.cross_entropy(logits, targets, reduction="sum")), computed


def masked(module, query, key, value, mask, scaling=None, layout=None, **_):
    if layout.seen is not None:
        layout.seen.append(torch.stack([key[0], value[0]]))
    parts = [None if part is None else part[module.layer_idx] for part in (layout.root, layout.rests)]
    return activated_attention._masked(query, key, value, *parts, layout, scaling).transpose(1, 2), None


def store(memory, disk):
    made = PrefixStore()
    made.limit(memory, disk)
    return made


def distance(left, right):
    return ((left - right).norm() / right.norm()).item()


exact, near, computed = {}, {}, {}
for name, samples in CASES.items():
    right = expected(samples)
    for where, function in (("a CPU", activated_attention.attention), ("a GPU", masked)):
        AttentionInterface.register("activated", function)
        exact[f"{name}, on {where}"] = distance(found(samples, store(1 << 30, 0))[0], right)
    AttentionInterface.register("activated", activated_attention.attention)
    kept = store(0, 1 << 30)
    first, again = found(samples, kept), found(samples, kept)
    exact[f"{name}, from disk"] = distance(again[0], right)
    if not torch.equal(first[0], again[0]):
        exact[f"{name}, from disk"] = float("inf")
    lost = store(0, 0)
    computed[name] = {"first": first[1], "again": again[1], "lost": [found(samples, lost)[1] for _ in range(2)][1]}
    near[name] = distance(found(samples, store(1 << 30, 0), amp=True)[0], right)
print(json.dumps({"exact": exact, "near": near, "computed": computed}), file=sys.__stdout__, flush=True)

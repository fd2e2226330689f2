"""Prints how far the gradients of `shared-prefix` are from those of `plain`, for layouts of samples and both attentions."""

import json
import sys

sys.path.insert(0, sys.argv[1])

import shared_prefix
import torch
import torch.nn.functional as F
from forward import forward
from peft import LoraConfig, get_peft_model
from samples import IGNORED, Sample
from transformers import AttentionInterface, AutoModelForCausalLM, Qwen2Config

torch.manual_seed(0)
config = Qwen2Config(
    vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2
)
base = AutoModelForCausalLM.from_config(config, attn_implementation="sdpa")
model = get_peft_model(base, LoraConfig(r=4, target_modules="all-linear", task_type="CAUSAL_LM"))
for name, weight in model.named_parameters():
    torch.nn.init.normal_(weight, std=0.2)  # lora_B too: with zeros there half of the gradients would be zero


def sample(prefix: int, length: int, trained: list[int]) -> Sample:
    head = [7 + at % 5 for at in range(prefix)]
    ids = head + torch.randint(0, 64, (length - prefix,)).tolist()
    return Sample("s", ids, [token if at in trained else IGNORED for at, token in enumerate(ids)])


CASES = {
    "one sample": [sample(20, 30, [25, 26])],
    "different lengths": [sample(40, 45, [43, 44]), sample(40, 70, [50, 51, 69]), sample(40, 58, [57])],
    "nothing shared": [sample(0, 9, [4, 8]), sample(0, 17, [3, 16])],
    "trained right behind the prefix": [sample(12, 20, [12, 13]), sample(12, 15, [12])],
    "equal samples": [sample(18, 18, [10, 17])] * 3,
}


def gradients(samples: list[Sample], method: str) -> torch.Tensor:
    base.set_attn_implementation("shared_prefix" if method == "shared-prefix" else "sdpa")
    model.zero_grad()
    logits, targets, _ = forward(model, samples, method, "cpu", False)
    F.cross_entropy(logits, targets, reduction="sum").backward()
    return torch.cat([weight.grad.flatten() for weight in model.parameters() if weight.requires_grad])


def masked(module, query, key, value, mask, scaling=None, layout=None, **_):
    groups = query.shape[1] // key.shape[1]
    key, value = (part.repeat_interleave(groups, dim=1) for part in (key, value))
    return shared_prefix._masked(query, key, value, layout, scaling).transpose(1, 2), None


found = {}
for name, samples in CASES.items():
    expected = gradients(samples, "plain")
    for attention in (shared_prefix.attention, masked):
        AttentionInterface.register("shared_prefix", attention)
        difference = (gradients(samples, "shared-prefix") - expected).norm() / expected.norm()
        found[f"{name}, {'on a GPU' if attention is masked else 'on a CPU'}"] = difference.item()
print(json.dumps(found), file=sys.__stdout__, flush=True)

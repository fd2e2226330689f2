"""Prints how far the gradients of several adapters in one step are from those of each alone, for various batches.

Before that they are computed on torch's device without memory, `meta`, where a tensor that was left on the processor is an error, as on a GPU.
"""

import json
import sys
from types import SimpleNamespace

sys.path.insert(0, sys.argv[1])

import batched_adapters
import torch
import train_together
from peft import LoraConfig, get_peft_model
from samples import IGNORED, Sample
from transformers import AutoModelForCausalLM, Qwen2Config

torch.manual_seed(0)
config = Qwen2Config(
    vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2
)
base = AutoModelForCausalLM.from_config(config, attn_implementation="sdpa")
lora = LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", task_type="CAUSAL_LM")


def sample(prefix: int, length: int, trained: list[int]) -> Sample:
    head = [7 + at % 5 for at in range(prefix)]
    ids = head + torch.randint(0, 64, (length - prefix,)).tolist()
    return Sample("s", ids, [token if at in trained else IGNORED for at, token in enumerate(ids)])


batch = lambda prefix, count: [sample(prefix, prefix + 6 + at, [prefix + 3 + at, prefix + 4]) for at in range(count)]
CASES = {
    "a row each": [[sample(0, 12, [6, 11])] for _ in range(3)],
    "a row each, of other lengths": [[sample(0, length, [length - 2])] for length in (7, 31, 12, 13)],
    "batches with a prefix": [batch(20, 3), batch(9, 2), batch(31, 4)],
    "a row and a batch": [[sample(0, 12, [6, 11])], batch(20, 3)],
    "one adapter": [batch(20, 3)],
    "micro-batches, of which one has more": [batch(20, 5), batch(9, 2)],
    "more than fit into memory": [batch(20, 3), batch(9, 2), batch(9, 2), batch(31, 4), batch(9, 1)],
}


def wrapped(weights=None):
    model = get_peft_model(base, lora)
    for name, weight in model.named_parameters():
        if weight.requires_grad:
            torch.nn.init.normal_(weight, std=0.2) if weights is None else weight.data.copy_(weights[name])
    return model


def new_weights() -> dict[str, torch.Tensor]:
    model = wrapped()
    weights = {name: weight.detach().clone() for name, weight in model.named_parameters() if weight.requires_grad}
    model.unload()
    return weights


def run(model) -> SimpleNamespace:
    job, progress = SimpleNamespace(name="job", method="shared-prefix"), SimpleNamespace(micro_batch=4, step=0)
    return SimpleNamespace(job=job, progress=progress, model=model, device="cpu", amp=False)


accumulate_all = train_together.accumulate_all


def limited(adapters, runs, batches):
    if len(runs) > 2:
        raise MemoryError
    return accumulate_all(adapters, runs, batches)


def gradients(model) -> torch.Tensor:
    return torch.cat([weight.grad.flatten() for _, weight in model.named_parameters() if weight.requires_grad])


def refuse_processor(adapters: list[dict[str, torch.Tensor]], batches: list[list[Sample]]) -> None:
    with torch.device("meta"):
        elsewhere = AutoModelForCausalLM.from_config(config, attn_implementation="batched")
    with batched_adapters.batched_on(elsewhere, adapters, scaling=2.0) as together:
        packed = batched_adapters.pack(batches)
        with together.adding(together.adapters, packed.segments):
            inputs = {"input_ids": packed.ids.to("meta"), "position_ids": packed.positions.to("meta"), "parts": packed.parts}
            elsewhere(**inputs, use_cache=False).logits.sum().backward()
        for adapter in together.adapters:
            adapter.take_gradients()
            assert gradients(adapter).device.type == "meta"


refuse_processor([new_weights() for _ in range(2)], [batch(20, 3), batch(9, 2)])
found = {}
for name, batches in CASES.items():
    adapters = [new_weights() for _ in batches]
    expected, losses = [], []
    base.set_attn_implementation("shared_prefix")
    for adapter, own in zip(adapters, batches):
        model = wrapped(adapter)
        losses.append(train_together.accumulate(run(model), own)[0])
        expected.append(gradients(model))
        model.unload()
    base.set_attn_implementation("batched")
    with batched_adapters.batched_on(base, adapters, scaling=2.0) as together:
        train_together.accumulate_all = limited if name == "more than fit into memory" else accumulate_all
        answers = train_together.answer_all(together, [train_together.Loop(run(adapter), None, own) for adapter, own in zip(together.adapters, batches)])
        for adapter, gradient, loss, (own, _) in zip(together.adapters, expected, losses, answers):
            difference = (gradients(adapter) - gradient).norm() / gradient.norm()
            found.setdefault(name, []).append(max(difference.item(), abs(own / loss - 1)))
print(json.dumps(found), file=sys.__stdout__, flush=True)

"""Compares fused LoRA with PEFT's own: outputs and gradients, relative. Prints {case: difference}; `bfloat16`: its error by that of PEFT's own."""

import json
import sys

sys.path.insert(0, sys.argv[1])

import torch
from fused_lora import fuse
from peft import LoraConfig, get_peft_model
from transformers import Qwen2Config, Qwen2ForCausalLM

IDS = torch.arange(24).view(2, 12)


def run(fused: bool, alpha: int, amp: bool, adapter: bool = True, checkpointing: bool = False) -> torch.Tensor:
    """Logits and all gradients in one vector."""
    torch.manual_seed(0)
    sizes = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, vocab_size=64)
    model = get_peft_model(Qwen2ForCausalLM(Qwen2Config(**sizes)), LoraConfig(r=4, lora_alpha=alpha, target_modules="all-linear"))
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    for weight in weights:
        torch.nn.init.normal_(weight, std=0.3)
    if fused:
        fuse(model)
        fused_layers = sum("forward" in vars(module) for module in model.modules())
        assert fused_layers == 14, fused_layers
    if checkpointing:
        model.gradient_checkpointing_enable({"use_reentrant": False})
    model.train()
    with torch.autocast("cpu", torch.bfloat16, enabled=amp):
        if not adapter:
            with model.disable_adapter(), torch.no_grad():
                return model(IDS).logits.float().flatten()
        logits = model(IDS).logits.float()
    logits.logsumexp(-1).sum().backward()
    return torch.cat([logits.detach().flatten(), *(weight.grad.flatten() for weight in weights)])


CASES = {
    "scaled by 2": dict(alpha=8, amp=False),
    "scaled by 0.75": dict(alpha=3, amp=False),
    "checkpointed": dict(alpha=3, amp=False, checkpointing=True),
    "switched off": dict(alpha=3, amp=False, adapter=False),
}
difference = lambda a, b: ((a - b).norm() / b.norm()).item()
found = {name: difference(run(True, **case), run(False, **case)) for name, case in CASES.items()}
exact = run(False, alpha=3, amp=False)
found["bfloat16"] = difference(run(True, alpha=3, amp=True), exact) / difference(run(False, alpha=3, amp=True), exact)
print(json.dumps(found))

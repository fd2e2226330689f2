"""Prints how far the gradients of a job's first samples are from those of TRL's SFTTrainer, in float32: `bench_gate.py job.json`.

Both work on the same model with the same random adapter, whose lora_B is not zero: with zeros half of the gradients would be.
"""

import json
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import bench_sft
import peft_trainer
import torch
import worker
from training_loop import accumulate
from transformers import TrainerCallback


class Capture(TrainerCallback):
    def on_pre_optimizer_step(self, args, state, control, model=None, **_):
        self.gradients = gradients(model)


def gradients(model) -> dict[str, torch.Tensor]:
    return {name: weight.grad.detach().clone() for name, weight in model.named_parameters() if weight.requires_grad}


def difference(job) -> float:
    base, tokenizer, device, _ = peft_trainer.open_base(job, peft_trainer.Bases())
    samples = peft_trainer.samples_of(job, tokenizer)[0][0][: job.batch_size]
    with peft_trainer.adapter_in(base, job) as model:
        for weight in model.parameters():
            if weight.requires_grad:
                torch.nn.init.normal_(weight, std=0.02)
        run = SimpleNamespace(job=job, model=model, device=device, amp=False)
        accumulate(run, samples)
        ours = gradients(model)
        model.zero_grad()
        base.set_attn_implementation("sdpa")
        capture = Capture()
        with tempfile.TemporaryDirectory() as output:
            options = {"max_steps": 1, "bf16": False, "max_grad_norm": 0, "gradient_checkpointing": False}
            bench_sft.new_trainer(job, model, samples, output, [capture], **options).train()
    flat = lambda found: torch.cat([found[name].flatten() for name in sorted(ours)])
    return ((flat(ours) - flat(capture.gradients)).norm() / flat(capture.gradients).norm()).item()


torch.set_flush_denormal(True)
print(json.dumps({"difference": difference(worker._read_job(Path(sys.argv[1])))}), file=sys.__stdout__, flush=True)

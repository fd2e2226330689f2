"""Prints how far the gradients of a job's first samples are from those of TRL's SFTTrainer, in float32 (`activated`: of PEFT's aLoRA in it): `bench_gate.py job.json`.

Both work on the same model with the same random adapter, whose lora_B is not zero: with zeros half of the gradients would be.
"""

import json
import sys
import tempfile
from types import SimpleNamespace

import bench_sft
import checkpoint
import torch
import worker
from adapter import adapter_in
from base import Bases
from job_samples import samples_of
from peft import get_peft_model
from training_loop import accumulate
from transformers import AutoModelForCausalLM, TrainerCallback


class Capture(TrainerCallback):
    def on_pre_optimizer_step(self, args, state, control, model=None, **_):
        self.gradients = gradients(model)


def gradients(model) -> dict[str, torch.Tensor]:
    return {name: weight.grad.detach().clone() for name, weight in model.named_parameters() if weight.requires_grad}


def difference(job) -> float:
    bases = Bases()
    base, device, amp = bases.open(job)
    read = samples_of(job, bases, f"{device} {amp}")
    samples = read.prompts[0][: job.batch_size]
    with adapter_in(base, job) as model:
        for weight in model.parameters():
            if weight.requires_grad:
                torch.nn.init.normal_(weight, std=0.02)
        weights = checkpoint.trainable(model)
        accumulate(SimpleNamespace(job=job, model=model, device=device, amp=False, progress=SimpleNamespace(micro_batch=job.micro_batch_size)), samples)
        ours = gradients(model)
    peer = AutoModelForCausalLM.from_pretrained(job.base, dtype=torch.float32).to(device)
    peer = get_peft_model(peer, bench_sft.adapter_form(job, read.invocation))
    checkpoint.restore_adapter(peer, weights)
    capture = Capture()
    with tempfile.TemporaryDirectory() as output:
        options = {"max_steps": 1, "bf16": False, "max_grad_norm": 0, "gradient_checkpointing": False}
        bench_sft.new_trainer(job, peer, samples, output, [capture], **options).train()
    flat = lambda found: torch.cat([found[name].flatten() for name in sorted(ours)])
    return ((flat(ours) - flat(capture.gradients)).norm() / flat(capture.gradients).norm()).item()


print(json.dumps({"difference": difference(worker.read_job(sys.argv[1]))}), file=sys.__stdout__, flush=True)

"""The peer of `pnpm bench training`: TRL's SFTTrainer on jobs as ours takes them: `python bench_sft.py PEER job.json`.

Of the job it takes the base, the samples, the adapter's form, the batch size and the number of steps; all else (gradient checkpointing and
bfloat16, chunked loss, optimizer) is TRL's default. PEER `defaults` leaves it so. `lean` takes the precision of ours: most processors have to
emulate bfloat16 (on one with AVX2 alone a step of 10,000 tokens took more than nine minutes in place of 15 seconds). `fastest` does
so too, and without gradient checkpointing. Its processor is set up as ours is. Prints `start`, `step` and `done` as ours does; a step's seconds are those between the
Trainer's own begin and end of a step.
"""

import math
import sys
import tempfile
import time

import worker  # before the slow imports
from report import emit

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, PrinterCallback, ProgressCallback, TrainerCallback
from trl import SFTConfig, SFTTrainer

from computing import autocasts, use_processor
from samples import SpanTokenizer, read_samples


class Timer(TrainerCallback):
    def __init__(self, job, samples):
        self.job, self.samples = job, samples

    def on_train_begin(self, args, state, control, model=None, **_):
        tokens, trained = sum(len(s.ids) for s in self.samples), sum(s.trained for s in self.samples)
        emit(
            "start",
            self.job.name,
            total=state.max_steps,
            resumed=0,
            samples=len(self.samples),
            validation=0,
            tokens=tokens,
            trained_tokens=trained,
            device=args.device.type,
            precision="bf16" if args.bf16 else "fp32",
            threads=torch.get_num_threads(),
            parameters=sum(weight.numel() for weight in model.parameters() if weight.requires_grad),
            versions={},
        )

    def on_step_begin(self, args, state, control, **_):
        self.begun = time.monotonic()

    def on_step_end(self, args, state, control, **_):
        if args.device.type == "cuda":
            torch.cuda.synchronize()
        self.seconds = time.monotonic() - self.begun
        control.should_log = True
        control.should_training_stop |= worker.stopping.is_set()

    def on_log(self, args, state, control, logs=None, **_):
        if "loss" not in logs:
            return
        tokens = self.job.batch_size * max(len(s.ids) for s in self.samples)
        emit(
            "step",
            self.job.name,
            step=state.global_step,
            total=state.max_steps,
            loss=float(logs["loss"]),
            lr=float(logs["learning_rate"]),
            grad_norm=float(logs["grad_norm"]),
            tokens=tokens,
            computed_tokens=tokens,
            trained_tokens=sum(s.trained for s in self.samples) * self.job.batch_size // len(self.samples),
            seconds=self.seconds,
        )


def new_trainer(job, model, samples, output: str, callbacks: list, **options) -> SFTTrainer:
    """options: in place of TRL's defaults."""
    trainer = SFTTrainer(
        model=model,
        args=SFTConfig(
            output_dir=output,
            per_device_train_batch_size=job.batch_size,
            max_length=None,  # the default cuts long samples off
            report_to="none",
            logging_strategy="no",
            save_strategy="no",
            disable_tqdm=True,
            use_cpu=not torch.cuda.is_available(),
            **options,
        ),
        train_dataset=Dataset.from_list([{"input_ids": s.ids, "labels": s.labels} for s in samples]),
        processing_class=AutoTokenizer.from_pretrained(job.base),
        callbacks=callbacks,
        **({} if hasattr(model, "peft_config") else {"peft_config": adapter_form(job)}),
    )
    for printer in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(printer)
    return trainer


def adapter_form(job, invocation: list[int] | None = None) -> LoraConfig:
    modules = job.lora_target_modules
    return LoraConfig(
        task_type="CAUSAL_LM",
        r=job.lora_r,
        lora_alpha=job.lora_alpha,
        use_rslora=job.lora_rslora,
        target_modules=modules,
        alora_invocation_tokens=invocation,
    )


def train(job, peer: str) -> None:
    use_processor(job)
    tokenizer = SpanTokenizer(job.base)
    samples = [sample for path in job.train for sample in read_samples(path, tokenizer, None)]
    cuda = torch.cuda.is_available()
    # As ours: a GPU keeps the base in half precision, a processor in float32.
    model = AutoModelForCausalLM.from_pretrained(job.base, dtype=torch.bfloat16 if cuda else torch.float32)
    total = job.max_steps or math.ceil(job.epochs * math.ceil(len(samples) / job.batch_size))
    precision = {"bf16": autocasts(job.precision, "cuda" if cuda else "cpu")}
    options = {"defaults": {}, "lean": precision, "fastest": {**precision, "gradient_checkpointing": False}}[peer]
    with tempfile.TemporaryDirectory() as output:
        begun = time.monotonic()
        trainer = new_trainer(job, model, samples, output, [Timer(job, samples)], max_steps=total, **options)
        trainer.train()
        trainer.save_model(job.output)
    emit("done", job.name, step=total, kept=total, seconds=time.monotonic() - begun)


if __name__ == "__main__":
    worker.run(sys.argv[2:], lambda job: train(job, sys.argv[1]))

"""Trains a job with TRL's SFTTrainer on rows of `input_ids` and `labels`: what trl_trainer.py and unsloth_trainer.py have in common.

Everything that a job does not say is TRL's default. Rows are padded; batches are drawn from all samples, whatever prompt they share.
"""

import math
import shutil
from collections.abc import Callable

import torch
from datasets import Dataset
from peft import set_peft_model_state_dict
from safetensors.torch import load_file
from transformers import PrinterCallback, ProgressCallback
from transformers.utils import logging
from trl import SFTConfig, SFTTrainer

from adapter_files import load_start, save_adapter
from computing import prepare_torch
from report import emit, stopping
from samples import Sample
from sft_callback import JobCallback, Plan, newest_checkpoint
from sft_plan import micro_batch, plan_of, read_all
from worker import Interrupted, Job

logging.disable_progress_bar()


def train(job: Job, load: Callable, packages: list[str]) -> None:
    """`load(job, longest, precision)` gives the base with a new adapter of the job's seed in it, and the tokenizer."""
    prepare_torch(job)
    samples, validation = read_all(job)
    plan = plan_of(job, samples, validation, packages)
    model, tokenizer = load(job, max(len(sample.ids) for sample in [*samples, *validation]), plan.precision)
    if job.start:
        load_start(model, job)
    take_steps(job, plan, model, tokenizer, rows(samples), rows(validation) if validation else None)


def take_steps(job: Job, plan: Plan, model, tokenizer, samples: Dataset, validation: Dataset | None) -> None:
    checkpoints = job.output / ".checkpoints"
    callback = JobCallback(plan, emit, stopping.is_set)
    trainer = SFTTrainer(
        model=model,
        args=arguments(job, plan),
        train_dataset=samples,
        eval_dataset=validation,
        processing_class=tokenizer,
        callbacks=[callback],
    )
    for printer in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(printer)
    resumed = newest_checkpoint(checkpoints, plan.identity)
    if resumed is None:
        shutil.rmtree(checkpoints, ignore_errors=True)  # of another job, or not one whole
    trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
    if callback.interrupted:
        raise Interrupted
    kept = callback.kept(plan.total)
    if kept != plan.total:
        set_peft_model_state_dict(trainer.model, load_file(checkpoints / f"best-{kept}" / "adapter_model.safetensors"))
    save_adapter(trainer.model, job)
    emit("done", job.name, step=plan.total, kept=kept, seconds=callback.seconds_in_all())


def arguments(job: Job, plan: Plan) -> SFTConfig:
    """When to log, validate and save says the callback."""
    micro = micro_batch(job)
    return SFTConfig(
        output_dir=str(job.output / ".checkpoints"),
        max_steps=plan.total,
        per_device_train_batch_size=micro,
        per_device_eval_batch_size=micro,
        gradient_accumulation_steps=job.batch_size // micro,
        learning_rate=job.lr,
        lr_scheduler_type=("constant_with_warmup" if job.schedule == "constant" else job.schedule),
        warmup_steps=math.ceil(job.warmup_ratio * plan.total),
        weight_decay=job.weight_decay,
        adam_beta1=job.beta1,
        adam_beta2=job.beta2,
        max_grad_norm=job.max_grad_norm,
        gradient_checkpointing=job.gradient_checkpointing,
        bf16=plan.precision == "bf16",
        use_cpu=not torch.cuda.is_available(),
        seed=job.seed,
        max_length=None,  # too long a sample is refused; nothing is cut off
        logging_strategy="no",
        logging_nan_inf_filter=False,  # a loss that is not a number must be seen
        eval_strategy="no",
        save_strategy="no",
        save_total_limit=2,
        report_to="none",
        disable_tqdm=True,
    )


def rows(samples: list[Sample]) -> Dataset:
    return Dataset.from_list([{"input_ids": sample.ids, "labels": sample.labels} for sample in samples])

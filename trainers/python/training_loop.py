"""Takes one job's steps: batches, checkpoints, validations, and the adapter at the end."""

import math
import time
from collections.abc import Generator

import peft
import torch
import torch.nn.functional as F
import transformers

import checkpoint
import divergence
from adapter_files import save_adapter
from checkpoint import Checkpoints
from evaluation import better, evaluate
from forward import forward, micro_batches
from halving import within_memory
from job_members import identity
from memory import forget_peak, memory_bytes
from report import Diverged, emit, stopping
from samples import Sample
from training_run import Run
from worker import Interrupted

Steps = Generator[list[Sample], tuple[float, int], None]
"""Hands out the samples of each step, and is sent its loss and how many tokens were computed; by then the gradients lie in the weights."""


def train_alone(run: Run) -> None:
    steps = take_steps(run)
    try:
        batch = next(steps)
        while True:
            try:
                computed = within_memory(run, batch, lambda: accumulate(run, batch))
            except Exception as error:
                batch = steps.throw(error)
            else:
                batch = steps.send(computed)
    except StopIteration:
        pass


def take_steps(run: Run) -> Steps:
    job = run.job
    # A dot: no part of the adapter.
    checkpoints = Checkpoints(job.output / ".checkpoints", identity(job, run.samples.prompts, run.samples.validation), divergence.window(job.batch_size))
    start = checkpoint.snapshot(run)
    checkpoints.load(run)
    announce(run)
    forget_peak(run.device)
    started = time.monotonic()
    try:
        while True:
            try:
                if evaluation_due(run):  # a checkpoint comes before it, so that a resumed run begins with it
                    validate(run)
                if finished(run):
                    break
                yield from take_step(run)
            except Diverged as error:
                divergence.go_back(run, checkpoints, start, error)
                continue
            unfinished = run.progress.step < run.total or evaluation_due(run)
            if unfinished and checkpoints.due(run):
                checkpoints.save(run)
        if checkpoints.worth_saving(run):  # the adapter may find the disk full, or be killed
            checkpoints.save(run)
    except Interrupted:
        checkpoints.save(run)
        raise
    finish(run, time.monotonic() - started)


def finished(run: Run) -> bool:
    patience = run.job.early_stop_patience
    return run.progress.step == run.total or (patience is not None and run.progress.waiting >= patience)


def finish(run: Run, seconds: float) -> None:
    """Writes the adapter that is to be kept."""
    progress, kept = run.progress, run.progress.step
    if run.job.keep == "best" and progress.best is not None:
        checkpoint.restore_adapter(run.model, progress.best["adapter"])
        kept = progress.best["step"]
    save_adapter(run.model, run.job, run.samples.invocation)
    counts = {"halvings": progress.halvings, "went_back": progress.went_back}
    emit("done", run.job.name, step=progress.step, kept=kept, seconds=seconds, **counts)


def validate(run: Run) -> None:
    progress = run.progress
    emit("validating", run.job.name, step=progress.step)
    result = evaluate(run)
    emit("eval", run.job.name, step=progress.step, **result)
    if progress.validated == progress.step:
        return  # a run that was stopped behind it does it again: it counts once
    progress.validated = progress.step
    progress.waiting += 1
    if better(result, progress.best):
        adapter = checkpoint.trainable(run.model) if run.job.keep == "best" else None
        progress.best = {"step": progress.step, "exact": result["exact"], "loss": result["loss"], "adapter": adapter}
        progress.waiting = 0


def take_step(run: Run) -> Steps:
    begun, step = time.monotonic(), run.progress.step
    lr = run.job.lr * run.progress.lr_scale * schedule(run.job, step, run.total)
    batch = batch_of(run, step)
    loss, computed = yield batch
    norm = torch.nn.utils.clip_grad_norm_(run.weights, run.job.max_grad_norm).item()
    divergence.watch(run, loss, norm)
    for group in run.optimizer.param_groups:
        group["lr"] = lr
    run.optimizer.step()
    run.optimizer.zero_grad(set_to_none=True)
    run.progress.step += 1
    emit(
        "step",
        run.job.name,
        step=step + 1,
        total=run.total,
        loss=loss,
        lr=lr,
        grad_norm=norm,
        tokens=sum(len(sample.ids) for sample in batch),
        computed_tokens=computed,
        trained_tokens=sum(sample.trained for sample in batch),
        seconds=time.monotonic() - begun,
        memory_bytes=memory_bytes(run.device),
    )


def accumulate(run: Run, batch: list[Sample]) -> tuple[float, int]:
    """Gradients of the mean loss over the trained tokens of the whole batch. Returns the loss and the tokens computed."""
    trained = sum(sample.trained for sample in batch)
    total, computed = 0.0, 0
    for samples in micro_batches(batch, run.progress.micro_batch):
        if stopping.is_set():
            raise Interrupted
        logits, targets, tokens = forward(run.model, samples, run.job.method, run.device, run.amp)
        loss = F.cross_entropy(logits, targets, reduction="sum") / trained
        loss.backward()
        total, computed = total + loss.item(), computed + tokens
    return total, computed


def announce(run: Run) -> None:
    samples = [sample for samples in run.samples.prompts for sample in samples]
    emit(
        "start",
        run.job.name,
        total=run.total,
        resumed=run.progress.step,
        samples=len(samples),
        validation=sum(map(len, run.samples.validation)),
        tokens=sum(len(sample.ids) for sample in samples),
        trained_tokens=sum(sample.trained for sample in samples),
        device=run.device,
        precision="bf16" if run.amp else "fp32",
        threads=torch.get_num_threads(),
        parameters=sum(weight.numel() for weight in run.weights),
        versions={"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__},
    )
    if not any(run.samples.validation) and (run.job.keep == "best" or run.job.early_stop_patience is not None):
        message = "there are no validation samples: it trains to the end, and the last adapter is kept"
        emit("warning", run.job.name, kind="no_validation", step=run.progress.step, message=message)


def schedule(job, step: int, total: int) -> float:
    """The share of the learning rate at a step, counted from 0."""
    warmup = math.ceil(job.warmup_ratio * total)
    if step < warmup:
        return (step + 1) / (warmup + 1)
    done = (step - warmup) / max(1, total - warmup)
    return {"constant": 1.0, "linear": 1 - done, "cosine": 0.5 * (1 + math.cos(math.pi * done))}[job.schedule]


def batch_of(run: Run, step: int) -> list[Sample]:
    """A step's samples, which share a prompt. They follow from the seed and the step alone, so that a resumed run sees the same."""
    epoch, position = divmod(step, run.steps_per_epoch)
    generator, size = torch.Generator().manual_seed(run.job.seed * 1_000_003 + epoch), run.job.batch_size
    shuffled = lambda items: [items[at] for at in torch.randperm(len(items), generator=generator).tolist()]
    orders = [shuffled(samples) for samples in run.samples.prompts]
    batches = shuffled([order[at : at + size] for order in orders for at in range(0, len(order), size)])
    return sorted(batches[position], key=lambda sample: len(sample.ids))  # rows of similar length are padded less


def evaluation_due(run: Run) -> bool:
    step = run.progress.step
    if not any(run.samples.validation) or step == 0:
        return False
    return step == run.total or epoch_ended(step, run.steps_per_epoch, run.job.eval_every)


def epoch_ended(step: int, steps_per_epoch: int, every: float) -> bool:
    return every > 0 and step % max(1, round(steps_per_epoch * every)) == 0

"""Takes one job's steps: batches, checkpoints, validations, and the adapter at the end."""

import hashlib
import json
import math
import time

import peft
import torch
import torch.nn.functional as F
import transformers

import checkpoint
from adapter_files import save_adapter
from evaluation import evaluate
from forward import forward, micro_batches
from memory import forget_peak, memory_bytes
from report import Diverged, emit
from samples import Sample
from training_run import Run
from worker import Interrupted, stopping


def take_steps(run: Run) -> None:
    job, model, total = run.job, run.model, run.total
    checkpoints, fingerprint = job.output / ".checkpoints", identity(job)  # a dot: no part of the adapter
    step, best = checkpoint.load(checkpoints, fingerprint, model, run.optimizer)
    announce(run, step)
    forget_peak(run.device)
    started = saved = time.monotonic()

    def save() -> None:
        checkpoint.save(checkpoints, fingerprint, step, model, run.optimizer, best)
        emit("checkpoint", job.name, step=step)

    try:
        while True:
            if evaluation_due(run, step):  # a checkpoint comes before it, so that a resumed run begins with it
                emit("validating", job.name, step=step)
                result = evaluate(run)
                emit("eval", job.name, step=step, **result)
                if job.keep == "best" and (best is None or result["loss"] < best["loss"]):
                    best = {"loss": result["loss"], "step": step, "adapter": checkpoint.trainable(model)}
            if step == total:
                break
            take_step(run, step)
            step += 1
            unfinished = step < total or evaluation_due(run, step)
            if unfinished and stopping.is_set():
                raise Interrupted
            if unfinished and checkpoint_due(job, step, time.monotonic() - saved):
                save()
                saved = time.monotonic()
    except Interrupted:
        save()
        raise
    if best is not None:
        checkpoint.restore(model, best["adapter"])
    save_adapter(model, job, run.invocation)
    emit("done", job.name, step=step, kept=best["step"] if best else step, seconds=time.monotonic() - started)


def take_step(run: Run, step: int) -> None:
    begun = time.monotonic()
    lr = run.job.lr * schedule(run.job, step, run.total)
    batch = batch_of(run, step)
    loss, computed = accumulate(run, batch)
    norm = torch.nn.utils.clip_grad_norm_(run.weights, run.job.max_grad_norm)
    if not math.isfinite(loss) or not torch.isfinite(norm):
        raise Diverged(f"the loss or its gradient is not finite at step {step + 1}", found=f"loss {loss}")
    for group in run.optimizer.param_groups:
        group["lr"] = lr
    run.optimizer.step()
    run.optimizer.zero_grad(set_to_none=True)
    emit(
        "step",
        run.job.name,
        step=step + 1,
        total=run.total,
        loss=loss,
        lr=lr,
        grad_norm=norm.item(),
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
    for samples in micro_batches(batch, run.job):
        logits, targets, tokens = forward(run.model, samples, run.job.method, run.device, run.amp)
        loss = F.cross_entropy(logits, targets, reduction="sum") / trained
        loss.backward()
        total, computed = total + loss.item(), computed + tokens
    return total, computed


def announce(run: Run, resumed: int) -> None:
    samples = [sample for samples in run.files for sample in samples]
    emit(
        "start",
        run.job.name,
        total=run.total,
        resumed=resumed,
        samples=len(samples),
        validation=sum(map(len, run.validation)),
        tokens=sum(len(sample.ids) for sample in samples),
        trained_tokens=sum(sample.trained for sample in samples),
        device=run.device,
        precision="bf16" if run.amp else "fp32",
        threads=torch.get_num_threads(),
        parameters=sum(weight.numel() for weight in run.weights),
        versions={"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__},
    )


def identity(job) -> str:
    """What decides the result: a checkpoint of anything else is not taken up."""
    machine = {"base", "threads", "train", "validation", "start", "output", "checkpoint_steps", "checkpoint_seconds"}
    machine |= {"prefix_memory_gb", "prefix_disk_gb"}
    values = {key: value for key, value in vars(job).items() if key not in machine}
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode())
    for path in [*job.train, *job.validation, *([job.start / "adapter_model.safetensors"] if job.start else [])]:
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


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
    orders = [shuffled(samples) for samples in run.files]
    batches = shuffled([order[at : at + size] for order in orders for at in range(0, len(order), size)])
    return sorted(batches[position], key=lambda sample: len(sample.ids))  # rows of similar length are padded less


def evaluation_due(run: Run, step: int) -> bool:
    if not any(run.validation) or step == 0:
        return False
    return step == run.total or epoch_ended(step, run.steps_per_epoch, run.job.eval_every)


def checkpoint_due(job, step: int, seconds: float) -> bool:
    return seconds >= job.checkpoint_seconds or (job.checkpoint_steps is not None and step % job.checkpoint_steps == 0)


def epoch_ended(step: int, steps_per_epoch: int, every: float) -> bool:
    return every > 0 and step % max(1, round(steps_per_epoch * every)) == 0

"""Trains LoRA adapters with PEFT: `python peft_trainer.py job.json [job.json …]`.

One process takes a queue of jobs, so that torch is imported and a base is loaded once. What a job is and how the process ends says
worker.py. Events are JSON lines on stdout (trainers/events.ts), logs go to stderr. A run that was stopped goes on from its last
checkpoint with the same command.
"""

import hashlib
import json
import math
import os
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass

import worker  # before the slow imports, in which the parent may die
from report import BadBase, BadData, Diverged, JobError, emit
from worker import Interrupted, Job, stopping

try:
    import peft
    import torch
    import torch.nn.functional as F
    import transformers
    from peft import LoraConfig, get_peft_model, set_peft_model_state_dict
    from safetensors.torch import load_file
    from transformers import AttentionInterface, AutoModelForCausalLM, BitsAndBytesConfig

    import checkpoint
    import shared_prefix
    from samples import IGNORED, Sample, SpanTokenizer, by_prompt, read_samples
except ImportError as missing:
    worker.missing_package(missing)

AttentionInterface.register("shared_prefix", shared_prefix.attention)
transformers.utils.logging.disable_progress_bar()


class Bases:
    """The base in memory. Adapters are put into it and taken out again."""

    def __init__(self):
        self.forget()

    def forget(self) -> None:
        self.key, self.model, self.tokenizer = None, None, None

    def load(self, job, device: str, dtype: torch.dtype):
        attention = "shared_prefix" if job.method == "shared-prefix" else "sdpa"
        key = (job.base, device, dtype, job.quantization)
        if key != self.key:
            self.forget()
            try:
                self.model = AutoModelForCausalLM.from_pretrained(
                    job.base,
                    dtype=dtype,
                    attn_implementation="sdpa",
                    quantization_config=quantization_config(job.quantization),
                    device_map={"": device},
                )
                self.tokenizer = SpanTokenizer(job.base)
            except (OSError, ValueError, KeyError) as error:
                raise BadBase(f"cannot load the base: {error}", where=job.base.name) from error
            self.key = key
        if attention != "sdpa" and not self.model._supports_attention_backend:
            raise BadBase(f"{type(self.model).__name__} cannot share a prefix", where=job.base.name, todo="set `method: plain`")
        self.model.set_attn_implementation(attention)
        return self.model, self.tokenizer


@dataclass
class Run:
    """One job at work."""

    job: Job
    model: torch.nn.Module
    weights: list[torch.nn.Parameter]
    optimizer: torch.optim.Optimizer
    files: list[list[Sample]]  # each in parts that share a prompt
    validation: list[list[Sample]]
    device: str
    amp: bool
    steps_per_epoch: int
    total: int


def train(job: Job, bases: Bases) -> None:
    torch.set_num_threads(job.threads or os.cpu_count() or 1)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # no memory is read before it is written
    device = "cuda" if torch.cuda.is_available() else "cpu"
    amp = autocasts(job.precision, device)
    # A GPU keeps a large base in half precision; in system memory float32 costs little and rounds less.
    base, tokenizer = bases.load(job, device, torch.bfloat16 if amp and device == "cuda" else torch.float32)
    files = [group for path in job.train for group in by_prompt(read_samples(path, tokenizer, job.max_length))]
    validation = [read_samples(path, tokenizer, job.max_length) for path in job.validation]
    if not any(files):
        raise BadData("no samples to train on", where=job.train[0].name, todo="write more traces, and build the data again")
    steps_per_epoch = sum(math.ceil(len(samples) / job.batch_size) for samples in files)
    total = max(math.ceil(job.epochs * steps_per_epoch), job.min_steps)
    if job.max_steps is not None:
        total = min(total, job.max_steps)
    with adapter_in(base, job) as model:
        weights = [weight for weight in model.parameters() if weight.requires_grad]
        betas = (job.beta1, job.beta2)
        optimizer = torch.optim.AdamW(weights, lr=job.lr, betas=betas, weight_decay=job.weight_decay, foreach=True)
        take_steps(Run(job, model, weights, optimizer, files, validation, device, amp, steps_per_epoch, total))


@contextmanager
def adapter_in(base, job):
    """The base with a new adapter, which is taken out at the end, so that the next job finds the base as it was."""
    torch.manual_seed(job.seed)
    model = get_peft_model(base, lora_config(job))
    try:
        if job.start:
            load_start(model, job)
        model.train()
        if job.gradient_checkpointing:
            model.gradient_checkpointing_enable({"use_reentrant": False})
        yield model
    finally:
        model.gradient_checkpointing_disable()
        model.unload()


def load_start(model, job) -> None:
    """Puts the weights of a trained adapter into the new one. Raises BadData where it has another form."""
    try:
        result = set_peft_model_state_dict(model, load_file(job.start / "adapter_model.safetensors"))
        missing = [name for name in result.missing_keys if "lora_" in name]
        if missing or result.unexpected_keys:
            raise ValueError(f"weights missing: {missing[:3]}, unexpected: {result.unexpected_keys[:3]}")
    except (OSError, ValueError, RuntimeError) as error:
        raise BadData(
            f"cannot start from this adapter: {error}", where=job.start.name, expected="an adapter of the same rank and layers"
        ) from error


def take_steps(run: Run) -> None:
    job, model, total = run.job, run.model, run.total
    checkpoints, fingerprint = job.output / ".checkpoints", identity(job)  # a dot: no part of the adapter
    step, best = checkpoint.load(checkpoints, fingerprint, model, run.optimizer)
    announce(run, step)
    started = saved = time.monotonic()

    def save() -> None:
        checkpoint.save(checkpoints, fingerprint, step, model, run.optimizer, best)
        emit("checkpoint", job.name, step=step)

    try:
        while True:
            if evaluation_due(run, step):  # a checkpoint comes before it, so that a resumed run begins with it
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
    save_adapter(model, job)
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
    )


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


def autocasts(precision: str, device: str) -> bool:
    """Whether to compute in bfloat16. `auto`: where the hardware multiplies it natively."""
    if precision != "auto":
        return precision == "bf16"
    if device == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def quantization_config(quantization: str) -> BitsAndBytesConfig | None:
    """QLoRA's (arXiv 2305.14314): the base's linear layers in 4 bits, multiplied in bfloat16. The adapter stays float32."""
    if quantization == "none":
        return None
    return BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=torch.bfloat16
    )


def lora_config(job) -> LoraConfig:
    modules = job.lora_target_modules
    return LoraConfig(
        task_type="CAUSAL_LM",
        r=job.lora_r,
        lora_alpha=job.lora_alpha,
        lora_dropout=job.lora_dropout,
        use_rslora=job.lora_rslora,
        target_modules=modules if isinstance(modules, str) else list(modules),
    )


def identity(job) -> str:
    """What decides the result: a checkpoint of anything else is not taken up."""
    machine = {"base", "threads", "train", "validation", "start", "output", "checkpoint_steps", "checkpoint_seconds"}
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


@torch.no_grad()
def evaluate(run: Run) -> dict:
    """The validation loss. Raises Interrupted where the process is to end: a result of some of the samples is none."""
    run.model.eval()
    loss, right, trained = 0.0, 0, 0
    # Batches that share a prompt, as in training, of rows of similar length.
    batches = [part for samples in run.validation for part in micro_batches(sorted(samples, key=lambda sample: len(sample.ids)), run.job)]
    for batch in batches:
        if stopping.is_set():
            raise Interrupted
        logits, targets, _ = forward(run.model, batch, run.job.method, run.device, run.amp)
        loss += F.cross_entropy(logits, targets, reduction="sum").item()
        right += (logits.argmax(-1) == targets).sum().item()
        trained += len(targets)
    run.model.train()
    if not math.isfinite(loss):
        raise Diverged("the validation loss is not finite", found=f"loss {loss}")
    return {"loss": loss / trained, "accuracy": right / trained, "samples": sum(map(len, run.validation)), "trained_tokens": trained}


def micro_batches(samples: list[Sample], job) -> list[list[Sample]]:
    return [samples[at : at + job.micro_batch_size] for at in range(0, len(samples), job.micro_batch_size)]


def forward(model, samples: list[Sample], method: str, device: str, amp: bool):
    """Logits (float32) at the places that predict trained tokens, those tokens, and how many tokens were computed."""
    with torch.autocast(device, torch.bfloat16, enabled=amp):
        return (forward_packed if method == "shared-prefix" else forward_padded)(model, samples, device)


def forward_packed(model, samples: list[Sample], device: str):
    batch = shared_prefix.pack(samples)
    out = model(
        input_ids=batch.ids.to(device),
        position_ids=batch.positions.to(device),
        logits_to_keep=batch.keep.to(device),
        layout=batch.layout,
        use_cache=False,
    )
    return out.logits[0].float(), batch.targets.to(device), batch.ids.numel()


def forward_padded(model, samples: list[Sample], device: str):
    longest = max(len(sample.ids) for sample in samples)
    pad = lambda values, filler: torch.tensor([v + [filler] * (longest - len(v)) for v in values], device=device)
    ids = pad([sample.ids for sample in samples], 0)
    targets = pad([sample.labels[1:] + [IGNORED] for sample in samples], IGNORED)
    mask = pad([[1] * len(sample.ids) for sample in samples], 0)
    columns = (targets != IGNORED).any(0).nonzero().flatten()  # logits only where some row is trained
    out = model(input_ids=ids, attention_mask=mask, logits_to_keep=columns, use_cache=False)
    kept = targets[:, columns]
    return out.logits[kept != IGNORED].float(), kept[kept != IGNORED], ids.numel()


def save_adapter(model, job) -> None:
    """Writes PEFT's two files, and reads them again before they count."""
    model.peft_config["default"].base_model_name_or_path = job.base.name  # the place on this machine is nobody's business
    model.save_pretrained(job.output, save_embedding_layers=False)
    (job.output / "README.md").unlink(missing_ok=True)  # PEFT's model card is an empty form
    path = job.output / "adapter_config.json"
    config = json.loads(path.read_text("utf8"))
    config["target_modules"] = sorted(config["target_modules"])  # PEFT writes a set, each time in another order
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", "utf8")

    tensors = load_file(job.output / "adapter_model.safetensors")
    b = {name: tensor for name, tensor in tensors.items() if "lora_B" in name}
    if not b or config["r"] != job.lora_r or not all(torch.isfinite(tensor).all() for tensor in tensors.values()):
        raise JobError("the saved adapter is not what was trained", where=job.output.name)
    if not any(tensor.any() for tensor in b.values()):
        raise Diverged("the adapter has learned nothing: every lora_B is zero", todo="raise optimizer.lr, or train more steps")


if __name__ == "__main__":
    # Far tokens get attention too small for a normal float, which processors multiply up to a hundred times slower. Threads inherit this.
    torch.set_flush_denormal(True)
    bases = Bases()
    worker.run(sys.argv[1:], lambda job: train(job, bases))

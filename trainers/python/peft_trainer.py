"""Trains LoRA adapters with PEFT: `python peft_trainer.py job.json [job.json …]`.

One process takes a queue of jobs, so that torch is imported and a base is loaded once. What a job is and how the process ends says
worker.py. Events are JSON lines on stdout (trainers/events.ts), logs go to stderr. A run that was stopped goes on from its last
checkpoint with the same command.
"""

import math
import os
import sys
from contextlib import contextmanager

import worker  # before the slow imports, in which the parent may die
from report import BadBase
from worker import Failed, Job

try:
    import torch
    import transformers
    from peft import LoraConfig, get_peft_model
    from safetensors import SafetensorError
    from transformers import AttentionInterface, AutoModelForCausalLM

    import activated
    import checkpoint
    import grouped
    import activated_attention
    import shared_prefix
    from adapter_files import load_start
    from prefix_store import PrefixStore
    from quantization import quantization_config
    from samples import SpanTokenizer, by_prompt, read_job
    from together import train_members
    from training_loop import total_steps, train_alone
    from training_run import Progress, Run
except ImportError as missing:
    worker.missing_package(missing)

AttentionInterface.register("shared_prefix", shared_prefix.attention)
AttentionInterface.register("grouped", grouped.attention)
AttentionInterface.register("activated", activated_attention.attention)
ATTENTION = {"shared-prefix": "shared_prefix", "activated": "activated", "plain": "sdpa"}
transformers.utils.logging.disable_progress_bar()


class Bases:
    """The base in memory. Adapters are put into it and taken out again."""

    def __init__(self):
        self.prefixes = PrefixStore()
        self.forget()

    def forget(self) -> None:
        self.key, self.model, self.tokenizer = None, None, None

    def load(self, job, device: str, dtype: torch.dtype):
        attention = ATTENTION[job.method]
        key = (job.base, device, dtype, job.quantization)
        if key != self.key:
            self.forget()
            with telling_bad_base(job):
                self.model = load_model(job, device, dtype)
                self.tokenizer = SpanTokenizer(job.base)
            self.key = key
        if attention != "sdpa" and not self.model._supports_attention_backend:
            raise BadBase(f"{type(self.model).__name__} cannot share a prefix", where=job.base.name, todo="set `method: plain`")
        self.model.set_attn_implementation(attention)
        return self.model, self.tokenizer


@contextmanager
def telling_bad_base(job: Job):
    try:
        yield
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise BadBase(f"cannot load the base: {error}", where=job.base.name) from error


def load_model(job: Job, device: str, dtype: torch.dtype):
    return AutoModelForCausalLM.from_pretrained(
        job.base,
        dtype=dtype,
        attn_implementation="sdpa",
        quantization_config=quantization_config(job.quantization),
        device_map={"": device},
    )


def base_dtype(device: str, amp: bool) -> torch.dtype:
    """A GPU keeps a large base in half precision; in system memory float32 costs little and rounds less."""
    return torch.bfloat16 if amp and device == "cuda" else torch.float32


def train(job: Job, bases: Bases) -> None:
    base, device, amp = open_base(job, bases)
    samples = samples_of(job, bases, f"{device} {amp}")
    with adapter_in(base, job) as model:
        train_alone(new_run(job, model, samples, device, amp))


def train_group(jobs: list[Job], bases: Bases, failed: Failed) -> None:
    """Trains jobs of one form, each step of all of them at once. Tells each job that fails. Raises Interrupted."""
    try:
        base, device, amp = open_base(jobs[0], bases)
    except Exception as error:
        for job in jobs:
            failed(job, error)
        return
    ready = []
    for job in jobs:
        try:
            samples = samples_of(job, bases, f"{device} {amp}")
            with adapter_in(base, job) as model:
                ready.append((job, samples, checkpoint.trainable(model), model.peft_config))
        except Exception as error:
            failed(job, error)
    if not ready:
        return
    base.set_attn_implementation("grouped")
    with grouped.group_on(base, [adapter for _, _, adapter, _ in ready], scaling_of(jobs[0])) as group:
        runs = []
        for (job, samples, _, config), member in zip(ready, group.members):
            member.peft_config = config
            runs.append(new_run(job, member, samples, device, amp))
        train_members(group, runs, failed)


def form(job: Job) -> tuple | None:
    """Jobs of the same one may share steps. None: it is trained alone."""
    if job.together == 1 or job.method != "shared-prefix" or job.gradient_checkpointing or job.quantization != "none":
        return None
    modules = job.lora_target_modules
    lora = (job.lora_r, job.lora_alpha, job.lora_rslora, modules if isinstance(modules, str) else tuple(sorted(modules)))
    return (job.base, job.precision, job.threads, job.together, *lora)


def scaling_of(job: Job) -> float:
    return job.lora_alpha / (math.sqrt(job.lora_r) if job.lora_rslora else job.lora_r)


def open_base(job: Job, bases: Bases):
    """The base in memory, the device, and whether to compute in bfloat16."""
    torch.set_num_threads(job.threads or os.cpu_count() or 1)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # no memory is read before it is written
    device = "cuda" if torch.cuda.is_available() else "cpu"
    amp = autocasts(job.precision, device)
    base, _ = bases.load(job, device, base_dtype(device, amp))
    return base, device, amp


def samples_of(job: Job, bases: Bases, computing: str):
    """The training samples, in groups that share a prompt, the validation samples, and the invocation of an activated adapter. Raises BadData."""
    read, validation = read_job(job, bases.tokenizer)
    files = [group for samples in read for group in by_prompt(samples)]
    refuse_unknown_ids([*files, *validation], bases.model, job)
    if job.method != "activated":
        return files, validation, None
    return activate(job, bases, files, validation, computing)


def new_run(job: Job, model, samples, device: str, amp: bool) -> Run:
    files, validation, invocation = samples
    steps_per_epoch = sum(math.ceil(len(samples) / job.batch_size) for samples in files)
    total = total_steps(job, steps_per_epoch)
    weights = [weight for _, weight in model.named_parameters() if weight.requires_grad]
    betas = (job.beta1, job.beta2)
    optimizer = torch.optim.AdamW(weights, lr=job.lr, betas=betas, weight_decay=job.weight_decay, foreach=True)
    progress = Progress(job.micro_batch_size)
    return Run(job, model, weights, optimizer, files, validation, device, amp, steps_per_epoch, total, progress, invocation)


def activate(job, bases: Bases, files, validation, computing: str):
    """Tells the samples where their prefixes' keys and values are kept. Returns them, and the invocation of the job's adapter."""
    special = set(bases.tokenizer.tokenizer.get_added_tokens_decoder())
    given = activated.invocation_of(job.start) if job.start else None
    flat = lambda groups: [sample for samples in groups for sample in samples]
    invocation = activated.find_invocation(flat(files), job.invocation_length, special, given)
    activated.find_invocation(flat(validation), job.invocation_length, special, invocation)
    bases.prefixes.limit(int(job.prefix_memory_gb * 2**30), int(job.prefix_disk_gb * 2**30))
    prefixes, roots = activated.Prefixes(bases.prefixes, f"{job.base} {job.base_hash} {job.quantization} {computing}"), []
    plan = lambda groups: activated.plan(groups, prefixes, len(invocation), roots)
    return plan(files), plan(validation), invocation


def refuse_unknown_ids(files, base, job) -> None:
    """A GPU that is asked for an embedding which is not there fails for good, with all jobs that are still to come."""
    known = base.get_input_embeddings().num_embeddings
    for sample in (sample for samples in files for sample in samples):
        if max(sample.ids) >= known:
            raise BadBase(
                "its tokenizer knows tokens that the model does not",
                where=job.base.name,
                expected=f"ids below {known}, the model's embeddings",
                found=f"{max(sample.ids)} in the sample {sample.id}",
                todo="use the tokenizer.json that belongs to this model",
            )


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


def autocasts(precision: str, device: str) -> bool:
    """Whether to compute in bfloat16. `auto`: where the hardware multiplies it natively."""
    if precision != "auto":
        return precision == "bf16"
    if device == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


if __name__ == "__main__":
    # Far tokens get attention too small for a normal float, which processors multiply up to a hundred times slower. Threads inherit this.
    torch.set_flush_denormal(True)
    bases = Bases()
    worker.run(sys.argv[1:], lambda job: train(job, bases), form, lambda jobs, failed: train_group(jobs, bases, failed))

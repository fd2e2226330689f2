"""Trains jobs of one form in the same steps: their batches, learning rates, validations and checkpoints are their own, the gradients are computed at once."""

import math
from dataclasses import dataclass
from itertools import zip_longest

import torch
import torch.nn.functional as F

import checkpoint
from adapter import adapter_in
from base import Bases
from batched_adapters import AdapterBatch, batched_on
from forward import micro_batches
from halving import within_memory
from job_samples import samples_of
from memory import forget_freed
from report import emit, stopping
from samples import Sample
from training_loop import Steps, accumulate, take_steps
from training_run import Run, new_run
from worker import Ended, Interrupted, Job, out_of_memory


def train_together(jobs: list[Job], bases: Bases, ended: Ended) -> None:
    """Trains jobs of one form, each step of all of them at once. Tells each that has ended. Raises Interrupted."""
    base, device, amp = bases.open(jobs[0])
    ready = []
    for job in jobs:
        try:
            samples = samples_of(job, bases, f"{device} {amp}")
            with adapter_in(base, job) as model:
                ready.append((job, samples, checkpoint.trainable(model), model.peft_config))
        except Exception as error:
            ended(job, error)
    if not ready:
        return
    base.set_attn_implementation("batched")
    with batched_on(base, [adapter for _, _, adapter, _ in ready], scaling_of(jobs[0])) as adapters:
        runs = []
        for (job, samples, _, config), adapter in zip(ready, adapters.adapters):
            adapter.peft_config = config
            runs.append(new_run(job, adapter, samples, device, amp))
        train_runs(adapters, runs, ended)


def scaling_of(job: Job) -> float:
    return job.lora_alpha / (math.sqrt(job.lora_r) if job.lora_rslora else job.lora_r)


@dataclass
class Loop:
    run: Run
    steps: Steps
    batch: list[Sample] | None = None  # whose gradients it waits for


def train_runs(adapters: AdapterBatch, runs: list[Run], ended: Ended) -> None:
    """Trains each run, whose model is one of the adapters, to its end. One that ends leaves. Raises Interrupted."""
    loops = [Loop(run, take_steps(run)) for run in runs]
    interrupted = False
    answers: list = [None] * len(loops)
    while loops:
        waiting = []
        for loop, answer in zip(loops, answers):
            try:
                loop.batch = loop.steps.throw(answer) if isinstance(answer, Exception) else loop.steps.send(answer)
                waiting.append(loop)
            except StopIteration:
                ended(loop.run.job, None)
            except Interrupted:
                interrupted = True
            except Exception as error:
                ended(loop.run.job, error)
        loops = waiting
        answers = answer_all(adapters, loops) if loops else []
    if interrupted:
        raise Interrupted


def answer_all(adapters: AdapterBatch, loops: list[Loop]) -> list[tuple[float, int] | Exception]:
    """The loss and the number of computed tokens of each one's batch. Where memory is too short for all at once, from then on half as many."""
    answers: list[tuple[float, int] | Exception] = []
    while len(answers) < len(loops):
        some = loops[len(answers) : len(answers) + adapters.at_once]
        if stopping.is_set():
            answers += [Interrupted() for _ in some]
        elif len(some) == 1:
            answers.append(answer_alone(some[0]))
        else:
            found = answer_at_once(adapters, some)
            if found is None:
                halve(adapters, some)
            else:
                answers += found
    return answers


def answer_at_once(adapters: AdapterBatch, loops: list[Loop]) -> list[tuple[float, int] | Exception] | None:
    """None: they do not fit into memory."""
    try:
        return accumulate_all(adapters, [loop.run for loop in loops], [loop.batch for loop in loops])
    except Exception as error:
        return None if out_of_memory(error) else [error] * len(loops)


def halve(adapters: AdapterBatch, loops: list[Loop]) -> None:
    """Outside of the `except`: the traceback holds the activations."""
    adapters.clear()
    forget_freed(loops[0].run.device)
    adapters.at_once = (len(loops) + 1) // 2
    for run in (loop.run for loop in loops):
        step = run.progress.step + 1
        message = f"out of memory at step {step}: from here on {adapters.at_once} adapters at once, of {len(loops)}"
        emit("warning", run.job.name, kind="together", step=step, message=message, **{"from": len(loops), "to": adapters.at_once})


def answer_alone(loop: Loop) -> tuple[float, int] | Exception:
    def compute() -> tuple[float, int]:
        loop.run.model.batch.clear()
        return accumulate(loop.run, loop.batch)

    try:
        answer = within_memory(loop.run, loop.batch, compute)
        loop.run.model.take_gradients()
        return answer
    except Exception as error:
        return error
    finally:
        loop.run.model.batch.clear()


def accumulate_all(adapters: AdapterBatch, runs: list[Run], batches: list[list[Sample]]) -> list[tuple[float, int]]:
    """As `accumulate`, for all of them: their first micro-batches at once, then their second ones."""
    adapters.clear()
    losses, computed = [0.0] * len(runs), [0] * len(runs)
    for parts in zip_longest(*(micro_batches(batch, run.progress.micro_batch) for run, batch in zip(runs, batches))):
        present = [at for at, part in enumerate(parts) if part]
        some = [runs[at].model for at in present]
        outputs, lengths = adapters.forward(some, [parts[at] for at in present], runs[0].device, runs[0].amp)
        own = []
        for at, (logits, targets), length in zip(present, outputs, lengths):
            trained = sum(sample.trained for sample in batches[at])
            own.append(F.cross_entropy(logits, targets, reduction="sum") / trained)
            losses[at], computed[at] = losses[at] + own[-1].item(), computed[at] + length
        torch.stack(own).sum().backward()
    for run in runs:
        run.model.take_gradients()
    adapters.clear()
    return list(zip(losses, computed))

"""What a Hugging Face Trainer (TRL's, Unsloth's, Axolotl's) is made to do and tell for a job, as a callback of its own.

Events, validations, checkpoints and the best adapter follow the job. Figures are counted at the model's forward, per token: the Trainer's
own means are over batches.
"""

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import torch
from transformers import TrainerCallback

from report import Diverged

MARK = "job.json"  # in a checkpoint, written last: the checkpoint is whole, and of which job


def newest_checkpoint(folder: Path, identity: str) -> Path | None:
    """The last whole checkpoint of the same job. A Trainer writes its checkpoints in place: one without a mark was interrupted."""
    found = sorted(folder.glob("checkpoint-*"), key=lambda path: int(path.name.rpartition("-")[2]), reverse=True)
    return next((path for path in found if _mark(path).get("identity") == identity), None)


def _mark(checkpoint: Path) -> dict:
    try:
        return json.loads((checkpoint / MARK).read_text("utf8"))
    except (OSError, ValueError):
        return {}


@dataclass
class Plan:
    """What the callback needs to know of a job, as JSON can carry it."""

    name: str
    identity: str
    samples: int
    validation: int
    tokens: int
    trained_tokens: int
    steps_per_epoch: int
    total: int
    precision: str
    eval_every: float
    keep: str
    checkpoint_seconds: float
    checkpoint_steps: int | None
    packages: list[str] = field(default_factory=list)

    def evaluation_due(self, step: int) -> bool:
        if self.validation == 0:
            return False
        every = max(1, round(self.steps_per_epoch * self.eval_every)) if self.eval_every > 0 else self.total
        return step == self.total or step % every == 0


@dataclass
class Counts:
    tokens: int = 0
    computed: int = 0
    trained: int = 0
    right: int = 0
    loss: float = 0.0


class JobCallback(TrainerCallback):
    def __init__(self, plan: Plan, emit: Callable, stopping: Callable[[], bool]):
        self.plan, self.emit, self.stopping = plan, emit, stopping
        self.best: dict | None = None  # {"loss", "step"}
        self.evaluated: dict | None = None  # the last `eval` event
        self.interrupted = False
        self.counts = Counts()
        self.hook = None

    def on_train_begin(self, args, state, control, model=None, **_):
        self.begun = self.saved = time.monotonic()
        self.hook = model.register_forward_hook(self._count, with_kwargs=True)
        weights = [weight for weight in model.parameters() if weight.requires_grad]
        self.emit(
            "start",
            self.plan.name,
            total=self.plan.total,
            resumed=state.global_step,
            samples=self.plan.samples,
            validation=self.plan.validation,
            tokens=self.plan.tokens,
            trained_tokens=self.plan.trained_tokens,
            device=args.device.type,
            precision=self.plan.precision,
            threads=torch.get_num_threads(),
            parameters=sum(weight.numel() for weight in weights),
            versions={name: metadata.version(name) for name in ["torch", "transformers", "peft", *self.plan.packages]},
        )
        mark = _mark(Path(args.output_dir) / f"checkpoint-{state.global_step}")
        self.best, self.evaluated = mark.get("best"), mark.get("evaluated")
        if self.evaluated and self.evaluated["step"] == state.global_step:  # it will not come again
            self.emit("eval", self.plan.name, **self.evaluated)

    def on_step_begin(self, args, state, control, **_):
        self.counts, self.step_begun = Counts(), time.monotonic()

    def on_step_end(self, args, state, control, **_):
        self.seconds, step = time.monotonic() - self.step_begun, state.global_step
        self.counted = self.counts
        control.should_log = True
        control.should_evaluate = self.plan.evaluation_due(step)
        if step < self.plan.total and self.stopping():
            self.interrupted = control.should_training_stop = control.should_save = True
            control.should_evaluate = False
        elif step < self.plan.total:
            control.should_save = self._checkpoint_due(step)

    def on_log(self, args, state, control, logs=None, **_):
        if "loss" not in logs:
            return
        loss, norm = float(logs["loss"]), float(logs.get("grad_norm") or 0)
        if not math.isfinite(loss) or not math.isfinite(norm):
            raise Diverged(f"the loss or its gradient is not finite at step {state.global_step}", found=f"loss {loss}")
        self.emit(
            "step",
            self.plan.name,
            step=state.global_step,
            total=self.plan.total,
            loss=loss,
            lr=float(logs["learning_rate"]),
            grad_norm=norm,
            tokens=self.counted.tokens,
            computed_tokens=self.counted.computed,
            trained_tokens=self.counted.trained,
            seconds=self.seconds,
        )
        self.counts = Counts()  # an evaluation may follow

    def on_evaluate(self, args, state, control, model=None, **_):
        counts, step = self.counts, state.global_step
        self.counts = Counts()
        loss = counts.loss / max(1, counts.trained)
        if not math.isfinite(loss):
            raise Diverged("the validation loss is not finite", found=f"loss {loss}")
        accuracy = counts.right / max(1, counts.trained)
        self.evaluated = dict(step=step, loss=loss, accuracy=accuracy, samples=self.plan.validation, trained_tokens=counts.trained)
        self.emit("eval", self.plan.name, **self.evaluated)
        if self.plan.keep == "best" and (self.best is None or loss < self.best["loss"]):
            self.best = {"loss": loss, "step": step}
            model.save_pretrained(Path(args.output_dir) / f"best-{step}", save_embedding_layers=False)

    def on_save(self, args, state, control, **_):
        """A checkpoint may name a best adapter that is no longer the best: all of them stay until the job is done."""
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        mark = {"identity": self.plan.identity, "best": self.best, "evaluated": self.evaluated}
        (folder / f".{MARK}").write_text(json.dumps(mark), "utf8")
        (folder / f".{MARK}").rename(folder / MARK)
        self.saved = time.monotonic()
        self.emit("checkpoint", self.plan.name, step=state.global_step)

    def on_train_end(self, args, state, control, **_):
        self.hook.remove()

    def seconds_in_all(self) -> float:
        return time.monotonic() - self.begun

    def kept(self, step: int) -> int:
        return self.best["step"] if self.best else step

    def _checkpoint_due(self, step: int) -> bool:
        every = self.plan.checkpoint_steps
        return time.monotonic() - self.saved >= self.plan.checkpoint_seconds or (every is not None and step % every == 0)

    @torch.no_grad()
    def _count(self, model, args, kwargs, output):
        """Adds a forward pass. Position i predicts label i+1."""
        ids, labels, mask = kwargs["input_ids"], kwargs["labels"], kwargs.get("attention_mask")
        trained = int((labels[:, 1:] != -100).sum())
        self.counts.computed += ids.numel()
        self.counts.tokens += ids.numel() if mask is None else int((mask > 0).sum())
        self.counts.trained += trained
        if model.training:
            return
        self.counts.loss += float(output["loss"]) * trained
        self.counts.right += _right(output, labels)


def _right(output, labels) -> int:
    """Trained tokens that the model ranks first. TRL's own loss counts them and makes no logits of all positions."""
    if getattr(output, "num_correct_tokens", None) is not None:
        return int(output.num_correct_tokens)
    wanted = labels[:, 1:].to(output.logits.device)
    return int(((output.logits[:, :-1].argmax(-1) == wanted) & (wanted != -100)).sum())

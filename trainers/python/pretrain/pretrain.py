"""Pretrains the embedded base: python pretrain.py pretrain.yaml [--resume]. Progress is JSON lines on stdout."""

import argparse
import json
import os
import pathlib
import random
import time

import torch
import yaml
from transformers import AutoTokenizer

from chat_format import assert_equal_to_template
from conversations import conversation
from curriculum import batches, next_phase
from evaluate import make_cases, score
from export import export_config, export_weights
from fast_forward import assert_equal_to_transformers, assert_recomputing_equal, hidden_states
from make_tokenizer import write_tokenizer
from model import make_model
from optimizer import learning_rate, make_optimizer
from pointers import pointer_loss
from packing import batch_of, make_row
from universe import make_universe
from workers import average_gradients, join_workers


class Run:
    """One pretraining run: model, optimizer and the clock that the schedule follows."""

    def __init__(self, recipe: dict, minutes: float, resume: bool, rank: int = 0, most_steps: float = float("inf")):
        self.recipe, self.budget, self.rank, self.most_steps = recipe, minutes * 60, rank, most_steps
        self.export, self.work = pathlib.Path(recipe["export"]), pathlib.Path(recipe["work"])
        self.work.mkdir(parents=True, exist_ok=True)
        if not (self.export / "tokenizer.json").exists():
            write_tokenizer(self.export, seed=1)
        self.tokenizer = AutoTokenizer.from_pretrained(self.export)
        self.fast = self.tokenizer.backend_tokenizer
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.model = make_model(self.tokenizer, recipe["shape"], recipe["seed"]).to(self.device)
        self.optimizer = make_optimizer(self.model, recipe["optimizer"])
        self.elapsed, self.step, self.tokens, self.trained, self.phase = 0.0, 0, 0, 0, 0
        if resume and (self.work / "checkpoint.pt").exists():
            self.load()
        self.agreed = self.elapsed
        self.rng = random.Random(f"{recipe['seed']} {self.step} {rank}")

    def load(self) -> None:
        state = torch.load(self.work / "checkpoint.pt", map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        peaks = [group["peak"] for group in self.optimizer.param_groups]
        self.optimizer.load_state_dict(state["optimizer"])
        for group, peak in zip(self.optimizer.param_groups, peaks, strict=True):
            group["peak"] = peak
        self.elapsed, self.step, self.tokens, self.trained, self.phase = (state[name] for name in ("elapsed", "step", "tokens", "trained", "phase"))

    def save(self) -> None:
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(),
                 "phase": self.phase, "elapsed": self.elapsed, "step": self.step, "tokens": self.tokens, "trained": self.trained}
        torch.save(state, self.work / "checkpoint.tmp")
        os.replace(self.work / "checkpoint.tmp", self.work / "checkpoint.pt")

    def log(self, event: str, **fields) -> None:
        record = {"event": event, "step": self.step, "seconds": round(self.elapsed, 1), "tokens": self.tokens, "trained_tokens": self.trained, **fields}
        print(json.dumps(record), flush=True)
        with open(self.work / "curve.jsonl", "a", encoding="utf8") as file:
            file.write(json.dumps(record) + "\n")

    def loss(self, batch: dict) -> tuple[torch.Tensor, float, int]:
        """The weighted loss; the plain loss on what the assistant writes, and how many tokens that is."""
        recipe, batch = self.recipe, {name: value if name == "pointers" else value.to(self.device) for name, value in batch.items()}
        trained = batch["trained"][:, 1:] & batch["follows"]
        chosen = trained | (batch["follows"] & (torch.rand(trained.shape, device=self.device) < recipe["context_share"]))
        targets, own = batch["ids"][:, 1:][chosen], trained[chosen]
        shown = {}

        def watch(layer, q, k):
            for kind, lesson in recipe["pointers"].items():
                if layer == lesson["layer"] and any(batch["pointers"]):
                    heads = slice(*lesson["heads"])
                    shown[kind] = pointer_loss(q[:, heads], k[:, heads], batch, kind)
        logits = hidden_states(self.model, batch, watch=watch)[:, :-1][chosen] @ self.model.lm_head.weight.to(torch.bfloat16).T
        losses = torch.nn.functional.cross_entropy(logits.float(), targets, reduction="none")
        weights = torch.where(own, 1.0, recipe["context_weight"] / recipe["context_share"])
        total = (losses * weights).sum() / weights.sum()
        self.pointing = {kind: round(float(value.detach()), 2) for kind, value in shown.items()}
        for kind, value in shown.items():
            total = total + recipe["pointers"][kind]["weight"] * value
        return total, float(losses.detach()[own].mean()), int(own.sum())

    def train_step(self, batch: dict) -> float:
        settings = self.recipe["optimizer"]
        loss, own_loss, trained = self.loss(batch)
        loss.backward()
        first = self.rank == 0  # whose clock and phase all follow
        tokens, trained, clock, phase = average_gradients(self.model, [int(batch["real"].sum()), trained, self.elapsed * first, self.phase * first])
        self.tokens, self.trained, self.elapsed, self.phase = self.tokens + int(tokens), self.trained + int(trained), clock, int(phase)
        self.agreed = clock
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), settings["clip"])
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * learning_rate(settings, self.elapsed / self.budget)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        return own_loss

    def evaluate(self, sizes=(4, 8, 12, 16), universes: int = 16, calls: int = 6, seed: int = 1) -> dict:
        self.model.eval()
        results = {str(n): score(self.model, make_cases(self.fast, seed, n, universes, calls), self.device) for n in sizes}
        self.model.train()
        return results

    def prove_shortcuts(self) -> None:
        rng, samples = random.Random(3), []
        for size in (1, 3, 9):
            tools = make_universe(rng, size)
            samples.append((tools, [conversation(rng, tools, 0.3) for _ in range(20)]))
        assert_equal_to_template(self.tokenizer, samples)
        rows = [make_row(rng, self.fast, size, 4, 0.3, 0.4, 1200) for size in (2, 3)]
        batch = {name: value if name == "pointers" else value.to(self.device) for name, value in batch_of(rows, self.tokenizer.pad_token_id).items()}
        assert_equal_to_transformers(self.model, batch)
        assert_recomputing_equal(self.model, batch)

    def train(self) -> None:
        self.prove_shortcuts()
        if self.rank == 0:
            export_config(self.model, self.export)
        every, due = self.recipe["seconds"], {}
        phases = self.recipe["curriculum"]
        source = batches(self.rng, self.fast, lambda: phases[self.phase], self.tokenizer.pad_token_id)
        losses, since, seen = [], self.elapsed, self.tokens
        for name in every:
            due[name] = self.elapsed + every[name]
        begun = time.monotonic()
        last = self.step + self.most_steps
        while self.agreed < self.budget and self.step < last:  # the time that all workers know, so that all stop at the same step
            losses.append(self.train_step(next(source)))
            if self.rank:
                continue
            now = time.monotonic()
            begun, self.elapsed = now, self.elapsed + now - begun
            if self.elapsed >= due["log"]:
                loss = sum(losses) / len(losses)
                self.phase = next_phase(phases, self.phase, self.elapsed / self.budget, loss)
                self.log("step", phase=self.phase, loss=round(loss, 4), pointers=self.pointing, tokens_per_second=round((self.tokens - seen) / (self.elapsed - since)))
                losses, since, seen = [], self.elapsed, self.tokens
                due["log"] = self.elapsed + every["log"]
            self.housekeeping(due, every)
        if self.rank == 0:
            self.finish()

    def housekeeping(self, due: dict, every: dict) -> None:
        """Checkpoints, evaluations and exports; their time counts as training time, so that the run ends on the clock."""
        for name, action in (("checkpoint", self.save), ("evaluate", lambda: self.log("eval", by_tools=self.evaluate())),
                             ("export", lambda: export_weights(self.model, self.export))):
            if self.elapsed >= due[name]:
                action()
                due[name] = self.elapsed + every[name]

    def finish(self) -> None:
        self.save()
        export_weights(self.model, self.export)
        self.log("done")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe")
    parser.add_argument("--minutes", type=float, help="instead of the recipe's")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--steps", type=int, default=0, help="stop after so many, to try whether it runs")
    parser.add_argument("--workers", type=int, default=1 if torch.cuda.is_available() else 2, help="processes, each with one thread")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="override, for example optimizer.peak=5e-4")
    options = parser.parse_args()
    recipe = yaml.safe_load(pathlib.Path(options.recipe).read_text())
    for assignment in options.set:
        key, value = assignment.split("=", 1)
        place = recipe
        *parents, last = key.split(".")
        for parent in parents:
            place = place[parent]
        place[last] = yaml.safe_load(value)
    torch.set_num_threads(1)
    Run(recipe, options.minutes or recipe["minutes"], options.resume, join_workers(options.workers), options.steps or float("inf")).train()


if __name__ == "__main__":
    main()

"""aLoRA training (arXiv 2504.12397) on keys and values that the base has computed once.

The adapter works from the invocation on, the last tokens before what is trained. Everything before it is the base's: it needs no gradient,
is the same in each epoch and for each adapter, and is kept (prefix_store.py). A step computes only the tokens from the invocation on.

At serving each step of a conversation is a prompt of its own, whose earlier turns the base has computed. So each trained run of a sample is an
example of its own here, behind all the text before its invocation; what such prefixes share is computed and kept once:

    root (all samples of a file) ─ up to the 1st invocation ─ up to the 2nd invocation ─ …
                                   └ invocation, trained run  └ invocation, trained run
"""

import hashlib
import json
from array import array
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path

import torch

from activated_attention import rows_of
from prefix_store import PrefixStore
from report import BadData
from samples import Sample
from shared_prefix import common_prefix

GROUP_TOKENS = 512  # on weights that have to be read for each pass, this many cost little more than ten
SHORTEST = 2  # tokens of an invocation: llama-server switches one token before it finds the rest of them


@dataclass(frozen=True)
class ActivatedSample(Sample):
    prefixes: "Prefixes | None" = None
    root: int = 0  # how many first tokens all samples of its prompt share
    invocation: int = 0  # how many tokens before a trained run the adapter begins
    group: "Group | None" = field(default=None, repr=False, compare=False)

    @cached_property
    def rests(self) -> list[tuple[int, int]]:
        """Where the parts of its prefixes behind the root begin and end: each ends at a run's invocation."""
        switches = sorted({start - self.invocation for start, _ in self.trained_runs})
        return list(pairwise([self.root, *(at for at in switches if at > self.root)]))


@dataclass(eq=False)
class Group:
    """Samples that lie side by side in a file, whose prefixes are computed together.

    Which ones does not depend on the batch, so that the bits do not, and a run that goes on finds those that it had.
    """

    samples: list[ActivatedSample] = field(default_factory=list)

    @cached_property
    def digest(self) -> bytes:
        digest = hashlib.sha256()
        for sample in self.samples:
            for start, end in sample.rests:
                digest.update(array("q", [start, end, *sample.ids[start:end]]).tobytes())
            digest.update(b";")
        return digest.digest()


def find_invocation(samples: list[Sample], most: int, special: set[int], given: list[int] | None) -> list[int]:
    """The tokens that stand before every trained run: at most `most`, back to the last special token before it.

    What lies further back may be a user's words, which happen to be equal in few samples. `given` are those of the adapter that it starts from.
    Raises BadData where there are none.
    """
    found = given
    for sample in samples:
        for start, before in _before_runs(sample, special):
            own = sample.ids[before:start]
            if given is None:
                own = own[-most:]
                found = own if found is None else _common_end(found, own)
            if len(found) < SHORTEST or own[-len(found) :] != found:
                raise BadData(
                    "no invocation: the tokens before what is trained differ from sample to sample",
                    where=sample.id,
                    expected=f"at least {SHORTEST} equal tokens of the template before each trained span" + (f": {given}" if given else ""),
                    found=f"{sample.ids[max(0, start - most) : start]} before token {start}",
                    todo="set `method: shared-prefix`",
                )
    return found


def invocation_of(adapter: Path) -> list[int] | None:
    """Of a trained adapter; None where it is a plain one."""
    try:
        return json.loads((adapter / "adapter_config.json").read_text("utf8")).get("alora_invocation_tokens")
    except (OSError, ValueError) as error:
        raise BadData(f"cannot start from this adapter: {error}", where=adapter.name, expected="a folder in PEFT's format") from error


def _before_runs(sample: Sample, special: set[int]):
    """Where each trained run starts, and how far back its invocation may reach."""
    ended = 1  # the first token has to be the base's
    for start, end in sample.trained_runs:
        last = next((at for at in range(start - 1, ended - 1, -1) if sample.ids[at] in special), ended)
        yield start, min(last, start)
        ended = end


def _common_end(left: list[int], right: list[int]) -> list[int]:
    count = next((at for at, (a, b) in enumerate(zip(reversed(left), reversed(right))) if a != b), min(len(left), len(right)))
    return left[len(left) - count :]


def plan(parts: list[list[Sample]], prefixes: "Prefixes", invocation: int, known: list[list[int]]) -> list[list[ActivatedSample]]:
    """Tells the samples of each part what root they share; a root that is `known` is taken where it fits, and new ones become known."""
    planned = []
    for samples in parts:
        shared = samples[0].ids[: common_prefix(samples, invocation)] if samples else []
        root = max((ids for ids in known if ids == shared[: len(ids)]), key=len, default=None)
        if root is None:
            root = shared
            known.append(root)
        about = {"prefixes": prefixes, "root": len(root), "invocation": invocation}
        planned.append(grouped([ActivatedSample(**vars(sample), **about) for sample in samples]))
    return planned


def grouped(samples: list[ActivatedSample]) -> list[ActivatedSample]:
    """The same ones with their groups."""
    planned, group, size = [], Group(), 0
    for sample in samples:
        own = sum(end - start for start, end in sample.rests)
        if group.samples and size + own > GROUP_TOKENS:
            group, size = Group(), 0
        sample = replace(sample, group=group)
        group.samples.append(sample)
        planned.append(sample)
        size += own
    return planned


@dataclass
class Prefixes:
    """Keys and values of prefixes on one base, kept in a store that may outlive the job."""

    store: PrefixStore
    base: str  # whatever else they depend on
    computed: int = 0  # tokens, so far
    on_device: dict[tuple, torch.Tensor] = field(default_factory=dict)

    def parts(self, model, sample: ActivatedSample, device: str, held: dict) -> list[torch.Tensor]:
        """Keys and values (layers, 2, key heads, tokens, size) of the root, if there is one, and of each part behind it.

        `held` are those of the same batch, which even a full store does not lose.
        """
        keys = self._keys(sample)
        if any(self._find(key, held) is None for key in keys):
            self._fill(model, sample, device, held)
        return [held[key] for key in keys]

    def _keys(self, sample: ActivatedSample) -> list[bytes]:
        root = hashlib.sha256(self.base.encode() + array("q", sample.ids[: sample.root]).tobytes()).digest()
        behind = lambda key, part: hashlib.sha256(key + array("q", sample.ids[slice(*part)]).tobytes()).digest()
        first, *rests = accumulate(sample.rests, behind, initial=hashlib.sha256(root + sample.group.digest).digest())
        return [root, *rests] if sample.root else rests

    def _find(self, key: bytes, held: dict) -> torch.Tensor | None:
        part = held.get(key)
        if part is None:
            part = self.store.get(key)
        if part is not None:
            held[key] = part
        return part

    def _fill(self, model, sample: ActivatedSample, device: str, held: dict) -> None:
        """Computes the parts of all samples of the group: the root, the first part behind it of all at once, the second, …"""
        root = None
        if sample.root:
            (key, *_) = self._keys(sample)
            root = self._find(key, held)
            if root is None:
                root = self._keep(key, _prefill(model, None, [Part(sample.ids[: sample.root], 0, [])], device), held)
        members = [(one, self._keys(one)[1 if one.root else 0 :]) for one in sample.group.samples]
        for depth in range(max(len(keys) for _, keys in members)):
            deep = [(one, keys) for one, keys in members if len(keys) > depth]
            parts = []
            for one, keys in deep:
                start, end = one.rests[depth]
                parts.append(Part(one.ids[start:end], start, [held[key] for key in keys[:depth]]))
            for (_, keys), found in zip(deep, _prefill(model, root, parts, device)):
                self._keep(keys[depth], [found], held)

    def _keep(self, key: bytes, found: list[torch.Tensor], held: dict) -> torch.Tensor:
        (part,) = found
        self.computed += part.shape[3]
        self.store.put(key, part)
        held[key] = part
        return part

    def place(self, root: torch.Tensor, key: tuple, device: str) -> torch.Tensor:
        """The root on the device; that of the last batch is still there."""
        if device == "cpu":
            return root
        if key not in self.on_device:
            self.on_device = {key: root.to(device)}
        return self.on_device[key]


@dataclass(frozen=True)
class Part:
    ids: list[int]
    start: int  # its first token's position
    before: list[torch.Tensor]  # keys and values between the root and it


@torch.no_grad()
def _prefill(model, root: torch.Tensor | None, parts: list[Part], device: str) -> list[torch.Tensor]:
    """Keys and values of each part behind the root and what stands before it, by the base alone."""
    put = lambda values: torch.tensor([values], device=device)
    lengths = [len(part.ids) for part in parts]
    rows = rows_of(lengths, None if root is None else root.to(device), [part.before for part in parts], device, seen=[])
    ids = [token for part in parts for token in part.ids]
    positions = [at for part in parts for at in range(part.start, part.start + len(part.ids))]
    training = model.training
    model.eval()
    try:
        with model.disable_adapter():
            model(input_ids=put(ids), position_ids=put(positions), logits_to_keep=1, layout=rows, use_cache=False)
    finally:  # out of memory is no end: the batch is tried again in smaller parts
        model.train(training)
    return [part.clone() for part in torch.stack(rows.seen).cpu().split(lengths, dim=3)]


def forward(model, samples: list[ActivatedSample], device: str):
    """Logits (float32) at the places that predict trained tokens, those tokens, and how many tokens were computed."""
    prefixes = samples[0].prefixes
    begun = prefixes.computed
    ids, positions, keep, targets, lengths, rests, root, held = [], [], [], [], [], [], None, {}
    for sample in samples:
        parts = prefixes.parts(model, sample, device, held)
        if sample.root:
            root, *parts = parts
        for start, end in sample.trained_runs:
            switch = start - sample.invocation
            rests.append([part for part, (_, until) in zip(parts, sample.rests) if until <= switch])
            keep += range(len(ids) + start - 1 - switch, len(ids) + end - 1 - switch)
            targets += sample.ids[start:end]
            ids += sample.ids[switch : end - 1]  # the last one predicts nothing that is trained
            positions += range(switch, end - 1)
            lengths.append(end - 1 - switch)
    if root is not None:
        root = prefixes.place(root, tuple(samples[0].ids[: samples[0].root]), device)
    put = lambda values: torch.tensor(values, device=device)
    out = model(
        input_ids=put([ids]),
        position_ids=put([positions]),
        logits_to_keep=put(keep),
        layout=rows_of(lengths, root, rests, device),
        use_cache=False,
    )
    return out.logits[0].float(), put(targets), len(ids) + prefixes.computed - begun

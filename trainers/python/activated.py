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
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import torch
import torch.nn.functional as F

import shared_prefix
from prefix_store import PrefixStore
from report import BadData
from samples import IGNORED, Sample

SHORTEST = 2  # tokens of an invocation: llama-server switches one token before it finds the rest of them


@dataclass(frozen=True)
class ActivatedSample(Sample):
    prefixes: "Prefixes | None" = None
    root: int = 0  # how many first tokens all samples of its group share
    invocation: int = 0  # how many tokens before a trained run the adapter begins


@dataclass(frozen=True)
class Rows:
    """What the tokens of a packed batch attend to, in all layers: the root, their own example's rest of the prefix, and themselves."""

    own: shared_prefix.Layout  # of the examples' own tokens, without a prefix
    root: torch.Tensor | None  # (layers, 2, key heads, root tokens, size): keys and values
    rests: torch.Tensor  # (layers, 2, examples, key heads, longest rest, size)
    within: torch.Tensor  # (examples, longest own, longest rest + longest own): what a token sees of its example
    seen: list[torch.Tensor] | None = None  # where it is a list, each layer appends its own keys and values


def trained_runs(sample: Sample) -> list[tuple[int, int]]:
    """Where trained tokens begin and end."""
    edges = [at for at, (a, b) in enumerate(pairwise([IGNORED, *sample.labels, IGNORED])) if (a == IGNORED) != (b == IGNORED)]
    return list(zip(edges[::2], edges[1::2]))


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
    for start, end in trained_runs(sample):
        last = next((at for at in range(start - 1, ended - 1, -1) if sample.ids[at] in special), ended)
        yield start, min(last, start)
        ended = end


def _common_end(left: list[int], right: list[int]) -> list[int]:
    count = next((at for at, (a, b) in enumerate(zip(reversed(left), reversed(right))) if a != b), min(len(left), len(right)))
    return left[len(left) - count :]


def plan(groups: list[list[Sample]], prefixes: "Prefixes", invocation: int, known: list[list[int]]) -> list[list[ActivatedSample]]:
    """Tells the samples of each group what root they share; a root that is `known` is taken where it fits, and new ones become known."""
    planned = []
    for samples in groups:
        shared = _common_start(samples, invocation) if samples else []
        root = max((ids for ids in known if ids == shared[: len(ids)]), key=len, default=None)
        if root is None:
            root = shared
            known.append(root)
        planned.append(
            [ActivatedSample(**vars(sample), prefixes=prefixes, root=len(root), invocation=invocation) for sample in samples]
        )
    return planned


def _common_start(samples: list[Sample], invocation: int) -> list[int]:
    first, last = min(sample.ids for sample in samples), max(sample.ids for sample in samples)  # all others lie between them
    shared = next((at for at, (a, b) in enumerate(zip(first, last)) if a != b), min(len(first), len(last)))
    return first[: min(shared, min(sample.first_trained for sample in samples) - invocation)]


@dataclass
class Prefixes:
    """Keys and values of prefixes on one base, kept in a store that may outlive the job."""

    store: PrefixStore
    base: str  # whatever else they depend on
    computed: int = 0  # tokens, so far
    on_device: dict[tuple, torch.Tensor] = field(default_factory=dict)

    def parts(self, model, ids: list[int], places: list[int], device: str, held: dict) -> list[torch.Tensor]:
        """Keys and values (layers, 2, key heads, tokens, size) of ids[places[0]:places[1]], ids[places[1]:places[2]], …

        `held` are those of the same batch, which even a full store does not lose. Each is computed by itself, so that its bits do not
        depend on what else is in a batch.
        """
        parts, key = [], self.base.encode()
        for start, end in pairwise(places):
            key = hashlib.sha256(key + array("q", ids[start:end]).tobytes()).digest()
            part = held.get(key)
            if part is None:
                part = self.store.get(key)
            if part is None:
                part = _prefill(model, ids[start:end], start, parts, device)
                self.computed += end - start
                self.store.put(key, part)
            held[key] = part
            parts.append(part)
        return parts

    def place(self, root: torch.Tensor, key: tuple, device: str) -> torch.Tensor:
        """The root on the device; that of the last batch is still there."""
        if device == "cpu":
            return root
        if key not in self.on_device:
            self.on_device = {key: root.to(device)}
        return self.on_device[key]


@torch.no_grad()
def _prefill(model, ids: list[int], start: int, parts: list[torch.Tensor], device: str) -> torch.Tensor:
    """Keys and values of ids behind those of `parts`, by the base alone."""
    before = torch.cat(parts, dim=3).to(device) if parts else None
    rows = _rows_of([len(ids)], before, [[]], device, seen=[])
    training = model.training
    model.eval()
    with model.disable_adapter():
        positions = torch.arange(start, start + len(ids), device=device)[None]
        model(input_ids=torch.tensor([ids], device=device), position_ids=positions, logits_to_keep=1, layout=rows, use_cache=False)
    model.train(training)
    return torch.stack(rows.seen).cpu()


def forward(model, samples: list[ActivatedSample], device: str):
    """Logits (float32) at the places that predict trained tokens, those tokens, and how many tokens were computed."""
    prefixes = samples[0].prefixes
    begun = prefixes.computed
    ids, positions, keep, targets, lengths, rests, root, held = [], [], [], [], [], [], None, {}
    for sample in samples:
        places = [0, sample.root] if sample.root else [0]
        for start, end in trained_runs(sample):
            switch = start - sample.invocation
            if switch > places[-1]:
                places.append(switch)
            parts = prefixes.parts(model, sample.ids, places, device, held)
            if sample.root:
                root, parts = parts[0], parts[1:]
            rests.append(parts)
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
        layout=_rows_of(lengths, root, rests, device),
        use_cache=False,
    )
    return out.logits[0].float(), put(targets), len(ids) + prefixes.computed - begun


def _rows_of(lengths: list[int], root, rests: list[list[torch.Tensor]], device: str, seen=None) -> Rows:
    own = shared_prefix._layout(0, lengths)
    sizes = torch.tensor([sum(part.shape[3] for part in parts) for parts in rests])
    longest, some = int(sizes.max()), next((part for parts in rests for part in parts), None)
    padded = None
    if some is not None:
        layers, _, heads, _, size = some.shape
        padded = some.new_zeros(layers, 2, len(rests), heads, longest, size)
        for row, parts in enumerate(rests):
            at = 0
            for part in parts:
                padded[:, :, row, :, at : at + part.shape[3]] = part
                at += part.shape[3]
        padded = padded.to(device)
    most = max(lengths)
    to_rest = (torch.arange(longest)[None] < sizes[:, None])[:, None].expand(-1, most, -1)
    to_own = torch.ones(most, most, dtype=torch.bool).tril().expand(len(lengths), -1, -1)
    return Rows(own, root, padded, torch.cat([to_rest, to_own], dim=2), seen)


def attention(module, query, key, value, attention_mask, scaling=None, layout: Rows | None = None, **options):
    """An attention function for transformers' AttentionInterface. Shapes: (1, heads, tokens, head size)."""
    shared_prefix._refuse_unknown(module, options)
    dtype = value.dtype  # under autocast the rotary embedding leaves query and key in float32
    query, key = query.to(dtype), key.to(dtype)
    if layout.seen is not None:
        layout.seen.append(torch.stack([key[0], value[0]]))
    root = None if layout.root is None else layout.root[module.layer_idx]
    rests = None if layout.rests is None else layout.rests[module.layer_idx]
    attend = _Merged.apply if query.device.type == "cpu" else _masked
    return attend(query, key, value, root, rests, layout, scaling).transpose(1, 2), None


def _masked(query, key, value, root, rests, rows: Rows, scaling):
    """On a GPU: one attention of all tokens to all keys, under a mask."""
    groups = query.shape[1] // key.shape[1]
    tokens, device = query.shape[2], query.device
    own = torch.repeat_interleave(torch.arange(len(rows.own.lengths)), torch.tensor(rows.own.lengths))
    sees = [(own[:, None] == own[None, :]).tril()]
    keys, values = [key], [value]
    if rests is not None:
        longest = rests.shape[3]
        visible = (own[:, None, None] == torch.arange(len(rows.own.lengths))[None, :, None]) & rows.within[:, 0, :longest][None]
        sees.insert(0, visible.flatten(1))
        flat = rests.transpose(1, 2).flatten(2, 3)  # (2, key heads, examples × longest, size)
        keys.insert(0, flat[:1])
        values.insert(0, flat[1:])
    if root is not None:
        sees.insert(0, torch.ones(tokens, root.shape[2], dtype=torch.bool))
        keys.insert(0, root[:1])
        values.insert(0, root[1:])
    key, value = (shared_prefix._repeat(torch.cat(parts, dim=2), groups) for parts in (keys, values))
    mask = torch.cat(sees, dim=1).to(device)
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=scaling)


class _Merged(torch.autograd.Function):
    """On a CPU: flash attention to the root, which all share and nobody copies, and to each example's own keys, merged by their log-sum-exps.

    Backward, each part is a flash attention that is given the merged output and log-sum-exp (as in shared_prefix.py); kept keys get no gradient.
    """

    @staticmethod
    def forward(ctx, query, key, value, root, rests, rows: Rows, scaling):
        own, parts = _own(query, key, value, rests, rows)
        out, total = shared_prefix._forward(*parts, 0.0, False, attn_mask=own, scale=scaling)
        out, total = shared_prefix._packed(out, rows.own), shared_prefix._packed(total.unsqueeze(-1), rows.own).squeeze(-1)
        if root is not None:
            to_root, root_total = shared_prefix._forward(_folded(query, root), root[:1], root[1:], 0.0, False, scale=scaling)
            to_root, root_total = to_root.reshape(query.shape), root_total.reshape(query.shape[:3])
            merged = torch.logaddexp(total, root_total)
            share = (root_total - merged).exp().unsqueeze(-1)
            out, total = torch.lerp(out.float(), to_root.float(), share).to(query.dtype), merged
        ctx.save_for_backward(query, key, value, root, rests, out, total)
        ctx.rows, ctx.scaling = rows, scaling
        return out

    @staticmethod
    def backward(ctx, grad):
        query, key, value, root, rests, out, total = ctx.saved_tensors
        rows, scaling = ctx.rows, ctx.scaling
        grad = grad.to(query.dtype)
        mask, (q, k, v) = _own(query, key, value, rests, rows)
        g = shared_prefix._rows(grad, rows.own) * shared_prefix._real(rows.own).to(grad.dtype)
        o = shared_prefix._rows(out, rows.own)
        t = shared_prefix._rows(total.unsqueeze(-1), rows.own).squeeze(-1).contiguous()
        dq, dk, dv = shared_prefix._backward(g, q, k, v, o, t, 0.0, False, attn_mask=mask, scale=scaling)
        rest = 0 if rests is None else rests.shape[3]
        dq = shared_prefix._packed(dq, rows.own)
        dk, dv = (_summed(shared_prefix._packed(part[:, :, rest:], rows.own), key.shape[1]) for part in (dk, dv))
        if root is not None:
            parts = (_folded(part, root) for part in (grad, query))
            folded = [_folded(out, root), total.reshape(1, root.shape[1], -1)]
            grad_root, query_root = parts
            to_root = shared_prefix._backward(grad_root, query_root, root[:1], root[1:], *folded, 0.0, False, scale=scaling)[0]
            dq = dq + to_root.reshape(query.shape)
        return dq, dk, dv, None, None, None, None


def _own(query, key, value, rests, rows: Rows):
    """The mask, and query, key and value by examples: (examples, heads, tokens, size)."""
    groups = query.shape[1] // key.shape[1]
    q, k, v = (shared_prefix._rows(part, rows.own) for part in (query, key, value))
    if rests is not None:
        k, v = torch.cat([rests[0], k], dim=2), torch.cat([rests[1], v], dim=2)
    mask = torch.zeros(rows.within.shape, dtype=query.dtype).masked_fill_(~rows.within, float("-inf")).unsqueeze(1)
    return mask, (q, shared_prefix._repeat(k, groups), shared_prefix._repeat(v, groups))


def _folded(part: torch.Tensor, root: torch.Tensor) -> torch.Tensor:
    """(1, heads, tokens, size) → (1, key heads, tokens of all heads of a group, size): no key is copied for grouped queries."""
    return part.reshape(1, root.shape[1], -1, part.shape[3])


def _summed(part: torch.Tensor, heads: int) -> torch.Tensor:
    """Gradients of repeated key heads, added up: (1, heads, tokens, size) → (1, key heads, tokens, size)."""
    return part if part.shape[1] == heads else part.view(1, heads, -1, *part.shape[2:]).sum(2)

"""Exact LoRA training in which the prompt that a batch shares is computed once.

The samples of a batch are laid out as one sequence, `prefix | suffix 1 | suffix 2 | …`, without padding. Positions start
again behind the prefix for each suffix, and attention lets a suffix see the prefix and itself only. So every token has the
activations that it would have in its own full sequence, and the gradients agree with those too, but the prefix's cost is
paid once for the batch: B·(P+S) tokens become P + B·S.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from samples import IGNORED, Sample


@dataclass(frozen=True)
class Layout:
    """Where the parts of a packed batch lie."""

    prefix: int
    lengths: list[int]  # of the suffixes
    to_rows: torch.Tensor  # (suffixes × longest): packed place of each row's token; a short row repeats its last token
    from_rows: torch.Tensor  # (all suffix tokens): place of each packed token in the flattened rows


@dataclass(frozen=True)
class PackedBatch:
    ids: torch.Tensor  # (1, L)
    positions: torch.Tensor  # (1, L)
    keep: torch.Tensor  # places whose logits predict a trained token
    targets: torch.Tensor  # those tokens
    layout: Layout


def common_prefix(samples: list[Sample], margin: int = 1) -> int:
    """Tokens that all samples share and that end so far before any trained one: 1 is the place whose logits predict it."""
    first, last = min(sample.ids for sample in samples), max(sample.ids for sample in samples)  # all others lie between them
    shared = next((at for at, (a, b) in enumerate(zip(first, last)) if a != b), min(len(first), len(last)))
    return min(shared, min(sample.first_trained for sample in samples) - margin)


def pack(samples: list[Sample]) -> PackedBatch:
    prefix = common_prefix(samples)
    ids, positions = samples[0].ids[:prefix], list(range(prefix))
    keep, targets, lengths = [], [], []
    for sample in samples:
        start = len(ids) - prefix
        ids += sample.ids[prefix:]
        positions += range(prefix, len(sample.ids))
        trained = [at for at, label in enumerate(sample.labels) if label != IGNORED]
        keep += [start + at - 1 for at in trained]
        targets += [sample.labels[at] for at in trained]
        lengths.append(len(sample.ids) - prefix)
    return PackedBatch(
        torch.tensor([ids]), torch.tensor([positions]), torch.tensor(keep), torch.tensor(targets), layout_of(prefix, lengths)
    )


def layout_of(prefix: int, lengths: list[int]) -> Layout:
    longest = max(lengths)
    starts = torch.tensor([0, *lengths[:-1]]).cumsum(0)
    offsets = torch.arange(longest)[None, :]
    ends = torch.tensor(lengths)[:, None]
    to_rows = (starts[:, None] + torch.minimum(offsets, ends - 1)).flatten()
    from_rows = (offsets < ends).flatten().nonzero().flatten()
    return Layout(prefix, lengths, to_rows, from_rows)


def attention(module, query, key, value, attention_mask, scaling=None, layout: Layout | None = None, **options):
    """An attention function for transformers' AttentionInterface. Shapes: (1, heads, L, head size)."""
    refuse_unknown(module, options)
    dtype = value.dtype  # under autocast the rotary embedding leaves query and key in float32
    groups = query.shape[1] // key.shape[1]
    query, key, value = query.to(dtype), repeat_heads(key.to(dtype), groups), repeat_heads(value, groups)
    attend = _Cascade.apply if query.device.type == "cpu" else _masked
    return attend(query, key, value, layout, scaling).transpose(1, 2), None


def repeat_heads(heads: torch.Tensor, groups: int) -> torch.Tensor:
    return heads if groups == 1 else heads.repeat_interleave(groups, dim=1)


def refuse_unknown(module, options) -> None:
    """A model whose attention does something that is not done here must not be trained wrongly in silence."""
    unknown = [name for name in ("sliding_window", "softcap", "s_aux", "position_bias") if options.get(name) is not None]
    if options.get("dropout"):
        unknown.append("attention dropout")
    if unknown:
        raise NotImplementedError(f"{type(module).__name__} uses {', '.join(unknown)}: train it with `method: plain`")


def _masked(query, key, value, layout: Layout, scaling):
    """On a GPU: the prefix by itself, then all suffixes at once under a mask."""
    prefix, device = layout.prefix, query.device
    own = torch.repeat_interleave(torch.arange(len(layout.lengths)), torch.tensor(layout.lengths)).to(device)
    within = (own[:, None] == own[None, :]).tril()
    mask = torch.cat([within.new_ones(len(own), prefix), within], dim=1)
    behind = F.scaled_dot_product_attention(query[:, :, prefix:], key, value, attn_mask=mask, scale=scaling)
    if prefix == 0:
        return behind
    before = F.scaled_dot_product_attention(
        query[:, :, :prefix], key[:, :, :prefix], value[:, :, :prefix], is_causal=True, scale=scaling
    )
    return torch.cat([before, behind], dim=2)


flash = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
flash_backward = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu_backward


class _Cascade(torch.autograd.Function):
    """On a CPU: three flash attentions without mask or copies of the prefix's keys.

    The suffixes' attention to the prefix and to themselves are merged by their log-sum-exps. Backward, each part is a flash
    attention that is given the merged output and log-sum-exp: its gradient needs no more than those.
    """

    @staticmethod
    def forward(ctx, query, key, value, layout: Layout, scaling):
        prefix = layout.prefix
        q, k, v = (into_rows(part[:, :, prefix:], layout) for part in (query, key, value))
        out, total = flash(q, k, v, 0.0, True, scale=scaling)
        out, total = into_pack(out, layout), into_pack(total.unsqueeze(-1), layout).squeeze(-1)
        ctx.layout, ctx.scaling = layout, scaling
        if prefix == 0:
            ctx.save_for_backward(query, key, value, None, None, out, total)
            return out
        kp, vp = key[:, :, :prefix], value[:, :, :prefix]
        before, before_total = flash(query[:, :, :prefix], kp, vp, 0.0, True, scale=scaling)
        to_prefix, prefix_total = flash(query[:, :, prefix:], kp, vp, 0.0, False, scale=scaling)
        merged = torch.logaddexp(total, prefix_total)
        share = (prefix_total - merged).exp().unsqueeze(-1)
        out = torch.lerp(out.float(), to_prefix.float(), share).to(query.dtype)
        ctx.save_for_backward(query, key, value, before, before_total, out, merged)
        return torch.cat([before, out], dim=2)

    @staticmethod
    def backward(ctx, grad):
        query, key, value, before, before_total, out, total = ctx.saved_tensors
        layout, scaling, prefix = ctx.layout, ctx.scaling, ctx.layout.prefix
        grad = grad.to(query.dtype)
        q, k, v, g = (into_rows(part[:, :, prefix:], layout) for part in (query, key, value, grad))
        o = into_rows(out, layout)
        g = g * real_places(layout).to(g.dtype)
        t = into_rows(total.unsqueeze(-1), layout).squeeze(-1).contiguous()
        own = [into_pack(part, layout) for part in flash_backward(g, q, k, v, o, t, 0.0, True, scale=scaling)]
        if prefix == 0:
            return *own, None, None
        kp, vp = key[:, :, :prefix], value[:, :, :prefix]
        dq, dk, dv = flash_backward(
            grad[:, :, :prefix], query[:, :, :prefix], kp, vp, before, before_total, 0.0, True, scale=scaling
        )
        sq, sk, sv = flash_backward(grad[:, :, prefix:], query[:, :, prefix:], kp, vp, out, total, 0.0, False, scale=scaling)
        return (
            torch.cat([dq, sq + own[0]], dim=2),
            torch.cat([dk + sk, own[1]], dim=2),
            torch.cat([dv + sv, own[2]], dim=2),
            None,
            None,
        )


def into_rows(packed: torch.Tensor, layout: Layout) -> torch.Tensor:
    """(1, heads, suffix tokens, size) → (suffixes, heads, longest, size)."""
    heads, size, count = packed.shape[1], packed.shape[3], len(layout.lengths)
    return packed[0].index_select(1, layout.to_rows).view(heads, count, -1, size).transpose(0, 1)


def into_pack(rows: torch.Tensor, layout: Layout) -> torch.Tensor:
    """(suffixes, heads, longest, size) → (1, heads, suffix tokens, size), the repeated tokens dropped."""
    flat = rows.transpose(0, 1).reshape(rows.shape[1], -1, rows.shape[3])
    return flat.index_select(1, layout.from_rows).unsqueeze(0)


def real_places(layout: Layout) -> torch.Tensor:
    """1 where a row holds a token of its own, 0 where it repeats its last one, which must not add to the gradient."""
    real = torch.zeros(len(layout.to_rows)).index_fill_(0, layout.from_rows, 1.0)
    return real.view(len(layout.lengths), 1, -1, 1)

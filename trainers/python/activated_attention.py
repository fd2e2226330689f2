"""Attention of activated examples: to the keys and values of the base that were kept, and to what the adapter computes now."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

import shared_prefix


@dataclass(frozen=True)
class Rows:
    """What the tokens of a packed batch attend to, in all layers: the root, their own example's rest of the prefix, and themselves."""

    own: shared_prefix.Layout  # of the examples' own tokens, without a prefix
    root: torch.Tensor | None  # (layers, 2, key heads, root tokens, size): keys and values
    rests: torch.Tensor | None  # (layers, 2, examples, key heads, longest rest, size)
    within: torch.Tensor  # (examples, longest own, longest rest + longest own): what a token sees of its example
    seen: list[torch.Tensor] | None = None  # where it is a list, each layer appends its own keys and values


def rows_of(lengths: list[int], root, rests: list[list[torch.Tensor]], device: str, seen=None) -> Rows:
    """Of examples with so many own tokens and these parts of prefixes between the root and them."""
    own = shared_prefix.layout_of(0, lengths)
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
    shared_prefix.refuse_unknown(module, options)
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
    key, value = (shared_prefix.repeat_heads(torch.cat(parts, dim=2), groups) for parts in (keys, values))
    mask = torch.cat(sees, dim=1).to(device)
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=scaling)


class _Merged(torch.autograd.Function):
    """On a CPU: flash attention to the root, which all share and nobody copies, and to each example's own keys, merged by their log-sum-exps.

    Backward, each part is a flash attention that is given the merged output and log-sum-exp (as in shared_prefix.py); kept keys get no gradient.
    """

    @staticmethod
    def forward(ctx, query, key, value, root, rests, rows: Rows, scaling):
        own, parts = _own(query, key, value, rests, rows)
        out, total = shared_prefix.flash(*parts, 0.0, False, attn_mask=own, scale=scaling)
        out, total = shared_prefix.into_pack(out, rows.own), shared_prefix.into_pack(total.unsqueeze(-1), rows.own).squeeze(-1)
        if root is not None:
            to_root, root_total = shared_prefix.flash(_folded(query, root), root[:1], root[1:], 0.0, False, scale=scaling)
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
        g = shared_prefix.into_rows(grad, rows.own) * shared_prefix.real_places(rows.own).to(grad.dtype)
        o = shared_prefix.into_rows(out, rows.own)
        t = shared_prefix.into_rows(total.unsqueeze(-1), rows.own).squeeze(-1).contiguous()
        dq, dk, dv = shared_prefix.flash_backward(g, q, k, v, o, t, 0.0, False, attn_mask=mask, scale=scaling)
        rest = 0 if rests is None else rests.shape[3]
        dq = shared_prefix.into_pack(dq, rows.own)
        dk, dv = (_summed(shared_prefix.into_pack(part[:, :, rest:], rows.own), key.shape[1]) for part in (dk, dv))
        if root is not None:
            parts = (_folded(part, root) for part in (grad, query))
            folded = [_folded(out, root), total.reshape(1, root.shape[1], -1)]
            grad_root, query_root = parts
            to_root = shared_prefix.flash_backward(grad_root, query_root, root[:1], root[1:], *folded, 0.0, False, scale=scaling)[0]
            dq = dq + to_root.reshape(query.shape)
        return dq, dk, dv, None, None, None, None


def _own(query, key, value, rests, rows: Rows):
    """The mask, and query, key and value by examples: (examples, heads, tokens, size)."""
    groups = query.shape[1] // key.shape[1]
    q, k, v = (shared_prefix.into_rows(part, rows.own) for part in (query, key, value))
    if rests is not None:
        k, v = torch.cat([rests[0], k], dim=2), torch.cat([rests[1], v], dim=2)
    mask = torch.zeros(rows.within.shape, dtype=query.dtype).masked_fill_(~rows.within, float("-inf")).unsqueeze(1)
    return mask, (q, shared_prefix.repeat_heads(k, groups), shared_prefix.repeat_heads(v, groups))


def _folded(part: torch.Tensor, root: torch.Tensor) -> torch.Tensor:
    """(1, heads, tokens, size) → (1, key heads, tokens of all heads of a group, size): no key is copied for grouped queries."""
    return part.reshape(1, root.shape[1], -1, part.shape[3])


def _summed(part: torch.Tensor, heads: int) -> torch.Tensor:
    """Gradients of repeated key heads, added up: (1, heads, tokens, size) → (1, key heads, tokens, size)."""
    return part if part.shape[1] == heads else part.view(1, heads, -1, *part.shape[2:]).sum(2)

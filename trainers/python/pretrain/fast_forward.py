"""Qwen2's forward pass for shared-prefix rows, in bf16 and with attention cut where it is blind anyway.

Equal to transformers' model with packing.attention_mask (asserted when a run starts), and about twice as fast on CPU: the prefix
attends causally to itself, each conversation to the prefix and itself, and no mask over whole rows is made.
"""

import torch
from torch.nn.functional import embedding, linear, rms_norm, silu
from torch.utils.checkpoint import checkpoint

from packing import attention_mask


def bounds_of(segment: torch.Tensor) -> list[list[tuple[int, int, int]]]:
    """For each row where its prefix and its conversations begin and end; padding counts as a last piece."""
    rows = []
    for row in segment.tolist():
        starts = [0] + [i for i in range(1, len(row)) if row[i] != row[i - 1]] + [len(row)]
        rows.append([(a, b, row[a]) for a, b in zip(starts, starts[1:])])
    return rows


LONG = 4096  # tokens of a row from which attention is computed again in the backward pass: its weights would take gigabytes
BLOCK = 128  # queries of the prefix that are taken at once; keys after them are never looked at


def end_mask(before: int, own: int, like: torch.Tensor) -> torch.Tensor:
    """`own` queries see all `before` keys and, causally, their own."""
    mask = torch.zeros(own, before + own, dtype=like.dtype, device=like.device)
    mask[:, before:] = torch.full((own, own), torch.finfo(like.dtype).min / 2, dtype=like.dtype, device=like.device).triu(1)
    return mask


def look(q, k, v, masks) -> torch.Tensor:
    """Plain attention of the last queries of a sequence. On CPU in bf16 twice as fast as the fused kernel at these sizes."""
    own, seen = q.shape[2], k.shape[2]
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2) + masks(seen - own, own)
    return scores.softmax(-1) @ v


def attend(q, k, v, bounds, masks) -> torch.Tensor:
    """q, k, v: [rows, heads, tokens, size]."""
    outputs = []
    for index, pieces in enumerate(bounds):
        qi, ki, vi = (x[index : index + 1] for x in (q, k, v))
        prefix = pieces[0][1]
        blocks = [(a, min(a + BLOCK, prefix)) for a in range(0, prefix, BLOCK)]
        parts = [look(qi[:, :, a:b], ki[:, :, :b], vi[:, :, :b], masks) for a, b in blocks]
        for start, end, segment in pieces[1:]:
            if segment < 0:
                parts.append(torch.zeros_like(qi[:, :, start:end]))
                continue
            keys, values = (torch.cat([x[:, :, :prefix], x[:, :, start:end]], 2) for x in (ki, vi))
            parts.append(look(qi[:, :, start:end], keys, values, masks))
        outputs.append(torch.cat(parts, 2))
    return torch.cat(outputs)


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def hidden_states(model, batch: dict, dtype=torch.bfloat16, watch=None, recompute: bool | None = None) -> torch.Tensor:
    """`watch(layer, q, k)` is called with every layer's queries and keys. `recompute`: attention again in the backward pass; else by the length."""
    config, w = model.config, {name: p.to(dtype) for name, p in model.named_parameters()}
    heads, eps = config.num_attention_heads, config.rms_norm_eps
    size = config.hidden_size // heads
    rows, tokens = batch["ids"].shape
    half = torch.arange(size // 2, device=batch["ids"].device) / (size // 2)
    angles = batch["position"][:, None, :, None] * config.rope_parameters["rope_theta"] ** -half
    cos, sin = angles.cos().to(dtype), angles.sin().to(dtype)
    again = tokens > LONG if recompute is None else recompute
    bounds, made = bounds_of(batch["segment"]), {}

    def masks(prefix, own):
        if (prefix, own) not in made:
            made[prefix, own] = end_mask(prefix, own, h)
        return made[prefix, own]

    h = embedding(batch["ids"], w["model.embed_tokens.weight"])
    for index in range(config.num_hidden_layers):
        at = lambda name: w[f"model.layers.{index}.{name}"]
        x = rms_norm(h, (config.hidden_size,), at("input_layernorm.weight"), eps)
        qkv = linear(x, torch.cat([at(f"self_attn.{n}_proj.weight") for n in "qkv"]), torch.cat([at(f"self_attn.{n}_proj.bias") for n in "qkv"]))
        q, k, v = qkv.view(rows, tokens, 3, heads, size).permute(2, 0, 3, 1, 4)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if watch:
            watch(index, q, k)
        mixed = checkpoint(attend, q, k, v, bounds, masks, use_reentrant=False) if again else attend(q, k, v, bounds, masks)
        h = h + linear(mixed.transpose(1, 2).reshape(rows, tokens, -1), at("self_attn.o_proj.weight"))
        x = rms_norm(h, (config.hidden_size,), at("post_attention_layernorm.weight"), eps)
        up = linear(x, torch.cat([at("mlp.gate_proj.weight"), at("mlp.up_proj.weight")]))
        gate, up = up.chunk(2, -1)
        h = h + linear(silu(gate) * up, at("mlp.down_proj.weight"))
    return rms_norm(h, (config.hidden_size,), w["model.norm.weight"], eps)


@torch.no_grad()
def assert_equal_to_transformers(model, batch: dict) -> None:
    ours = hidden_states(model, batch, torch.float32)
    theirs = model.model(input_ids=batch["ids"], attention_mask=attention_mask(batch["segment"], torch.float32), position_ids=batch["position"], use_cache=False)
    apart = (ours - theirs.last_hidden_state)[batch["real"]].abs().max().item()
    assert apart < 1e-3, f"fast_forward.py is {apart} away from transformers"


def assert_recomputing_equal(model, batch: dict) -> None:
    """Recomputed attention gives the gradients that kept attention gives."""
    weight = model.model.layers[0].self_attn.k_proj.weight
    kept, again = (torch.autograd.grad(hidden_states(model, batch, torch.float32, recompute=how).square().mean(), weight)[0] for how in (False, True))
    assert kept.abs().max() > 0 and torch.allclose(kept, again, atol=1e-6), "recomputed attention gives other gradients"

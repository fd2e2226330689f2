"""From samples to the logits that predict their trained tokens, by the job's method."""

import torch

import activated
import shared_prefix
from samples import IGNORED, Sample


def forward(model, samples: list[Sample], method: str, device: str, amp: bool):
    """Logits (float32) at the places that predict trained tokens, those tokens, and how many tokens were computed."""
    with torch.autocast(device, torch.bfloat16, enabled=amp):
        return FORWARD[method](model, samples, device)


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
    columns = (targets != IGNORED).any(0).nonzero().flatten()  # logits only where some row is trained
    # No mask: what is padded lies behind all that is looked at, and attention that is causal alone computes half of the square.
    out = model(input_ids=ids, logits_to_keep=columns, use_cache=False)
    kept = targets[:, columns]
    return out.logits[kept != IGNORED].float(), kept[kept != IGNORED], ids.numel()


FORWARD = {"shared-prefix": forward_packed, "activated": activated.forward, "plain": forward_padded}


def micro_batches(samples: list[Sample], size: int) -> list[list[Sample]]:
    return [samples[at : at + size] for at in range(0, len(samples), size)]

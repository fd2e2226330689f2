"""The optimizer and the rate's course over the run."""

import torch


def learning_rate(settings: dict, progress: float) -> float:
    """Fraction of the peak: a short rise, a plateau, then a straight fall."""
    if progress < settings["warmup"]:
        return max(progress / settings["warmup"], 0.02)
    if progress < settings["decay_from"]:
        return 1.0
    left = (1 - progress) / (1 - settings["decay_from"])
    return settings["final"] + (1 - settings["final"]) * max(left, 0.0)


def make_optimizer(model, settings: dict) -> torch.optim.Optimizer:
    parameters = dict(model.named_parameters())
    matrices = [p for name, p in parameters.items() if p.ndim == 2 and "embed" not in name]
    table = [p for name, p in parameters.items() if "embed" in name]
    vectors = [p for p in parameters.values() if p.ndim == 1]
    peak, decay = settings["peak"], settings["weight_decay"]
    groups = [{"params": table, "lr": peak, "peak": peak, "weight_decay": 0.0}, {"params": vectors, "lr": peak, "peak": peak, "weight_decay": 0.0}]
    groups.append({"params": matrices, "lr": peak, "peak": peak, "weight_decay": decay})
    return torch.optim.AdamW(groups, betas=tuple(settings["betas"]), eps=1e-8, fused=True)

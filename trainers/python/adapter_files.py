"""The adapter's files: those that it starts from, and those that it becomes."""

import json

import torch
from peft import set_peft_model_state_dict
from safetensors.torch import load_file

from report import BadData, Diverged, JobError


def load_start(model, job) -> None:
    """Puts the weights of a trained adapter into the new one. Raises BadData where it has another form."""
    try:
        result = set_peft_model_state_dict(model, load_file(job.start / "adapter_model.safetensors"))
        missing = [name for name in result.missing_keys if "lora_" in name]
        if missing or result.unexpected_keys:
            raise ValueError(f"weights missing: {missing[:3]}, unexpected: {result.unexpected_keys[:3]}")
    except (OSError, ValueError, RuntimeError) as error:
        raise BadData(
            f"cannot start from this adapter: {error}", where=job.start.name, expected="an adapter of the same rank and layers"
        ) from error


def save_adapter(model, job, invocation: list[int] | None = None) -> None:
    """Writes PEFT's two files, and reads them again before they count."""
    # Only now: while it trains every token that is computed is under the adapter, so PEFT need not look for the invocation.
    model.peft_config["default"].alora_invocation_tokens = invocation
    model.save_pretrained(job.output, save_embedding_layers=False)
    finish_adapter(job)


def finish_adapter(job) -> None:
    """Checks the two files that PEFT has written, and writes the config in the one way that is ours."""
    (job.output / "README.md").unlink(missing_ok=True)  # PEFT's model card is an empty form
    path = job.output / "adapter_config.json"
    config = json.loads(path.read_text("utf8"))
    config["base_model_name_or_path"] = job.base.name  # the place on this machine is nobody's business
    if isinstance(config["target_modules"], list):
        config["target_modules"].sort()  # PEFT writes a set, each time in another order
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", "utf8")

    tensors = load_file(job.output / "adapter_model.safetensors")
    b = {name: tensor for name, tensor in tensors.items() if "lora_B" in name}
    if not b or config["r"] != job.lora_r or not all(torch.isfinite(tensor).all() for tensor in tensors.values()):
        raise JobError("the saved adapter is not what was trained", where=job.output.name)
    if not any(tensor.any() for tensor in b.values()):
        raise Diverged("the adapter has learned nothing: every lora_B is zero", todo="raise optimizer.lr, or train more steps")

"""Several small adapters of one form in one step: the base runs once over the tokens of all of them.

Each adapter's batch is packed as shared_prefix.py packs it, and the packed batches lie one behind another in one sequence. Attention keeps
them apart, and LoRA's products are batched ones: the tokens of adapter i with A_i and B_i. So each adapter gets the gradients that it
would get alone, up to rounding, and the base's fixed cost for a step is paid once for all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from safetensors.torch import save_file

import shared_prefix
from samples import Sample
from shared_prefix import Layout


@dataclass(frozen=True)
class Segments:
    """Where each adapter's tokens lie, and how they are brought into rows of equal length."""

    lengths: list[int]  # of the adapters' packed batches, in their order
    to_rows: torch.Tensor | None  # (adapters × longest): place of each row's token, a short row repeating its last one; None: equal lengths
    from_rows: torch.Tensor | None  # (all tokens): place of each token in the flattened rows


@dataclass(frozen=True)
class PackedBatches:
    ids: torch.Tensor  # (1, L)
    positions: torch.Tensor  # (1, L)
    keep: torch.Tensor  # places whose logits predict a trained token
    targets: list[torch.Tensor]  # those tokens, of each adapter
    segments: Segments
    parts: list[tuple[int, int, Layout]]  # start, end and layout of what attends to nothing outside


def pack(batches: list[list[Sample]]) -> PackedBatches:
    """One batch of samples for each adapter."""
    packed = [shared_prefix.pack(batch) for batch in batches]
    lengths = [batch.ids.shape[1] for batch in packed]
    starts = [sum(lengths[:at]) for at in range(len(lengths))]
    if all(len(batch) == 1 for batch in batches):  # all of them in one product
        parts = [(0, sum(lengths), shared_prefix.layout_of(0, lengths))]
    else:
        parts = [(start, start + length, batch.layout) for start, length, batch in zip(starts, lengths, packed)]
    return PackedBatches(
        torch.cat([batch.ids for batch in packed], 1),
        torch.cat([batch.positions for batch in packed], 1),
        torch.cat([start + batch.keep for start, batch in zip(starts, packed)]),
        [batch.targets for batch in packed],
        _segments(lengths),
        parts,
    )


def _segments(lengths: list[int]) -> Segments:
    if len(set(lengths)) == 1:
        return Segments(lengths, None, None)
    layout = shared_prefix.layout_of(0, lengths)
    return Segments(lengths, layout.to_rows, layout.from_rows)


def attention(module, query, key, value, mask, scaling=None, parts=None, layout=None, **options):
    """An attention function for transformers' AttentionInterface. With `layout` in place of `parts`: that of one adapter."""
    if parts is None:
        return shared_prefix.attention(module, query, key, value, mask, scaling, layout, **options)
    outputs = []
    for start, end, part in parts:
        own = (tensor[:, :, start:end] for tensor in (query, key, value))
        outputs.append(shared_prefix.attention(module, *own, mask, scaling, part, **options)[0])
    return torch.cat(outputs, dim=1), None


@contextmanager
def batched_on(base: torch.nn.Module, adapters: list[dict[str, torch.Tensor]], scaling: float) -> Iterator["AdapterBatch"]:
    """The base is free of them again at the end."""
    batch = AdapterBatch(base, adapters, scaling)
    try:
        yield batch
    finally:
        for hook in batch.hooks:
            hook.remove()


class AdapterBatch:
    """Adapters of one form that are added to the outputs of the base's layers, each to its own tokens.

    The base stays as it is, and outside of `adding` it computes what it would without adapters.
    """

    def __init__(self, base: torch.nn.Module, adapters: list[dict[str, torch.Tensor]], scaling: float):
        """adapters: for each one its weights by PEFT's names, wherever they lie. scaling: LoRA's, alpha/r or alpha/√r."""
        self.base, self.scaling = base, scaling
        stack = lambda name: torch.stack([adapter[name] for adapter in adapters]).to(base.device).requires_grad_()
        self.stacked = {name: stack(name) for name in adapters[0]}
        self.adapters = [BatchedAdapter(self, at) for at in range(len(adapters))]
        self.at_once = len(adapters)  # as memory allows
        self.at: list[int] | None = None  # whose tokens the base is run on
        self.segments: Segments | None = None
        base.requires_grad_(False)
        modules = dict(base.named_modules())
        self.hooks = [
            modules[_module(name)].register_forward_hook(self._hook(name, name.replace("lora_A", "lora_B")))
            for name in self.stacked
            if ".lora_A." in name
        ]

    def forward(self, adapters: list["BatchedAdapter"], batches: list[list[Sample]], device: str, amp: bool):
        """For each adapter its logits (float32) at the places that predict trained tokens, and those tokens; and how many tokens were computed."""
        packed = pack(batches)
        with torch.autocast(device, torch.bfloat16, enabled=amp), self.adding(adapters, packed.segments):
            logits = self.base(
                input_ids=packed.ids.to(device),
                position_ids=packed.positions.to(device),
                logits_to_keep=packed.keep.to(device),
                parts=packed.parts,
                use_cache=False,
            ).logits[0]
        parts = logits.float().split([len(targets) for targets in packed.targets])
        return list(zip(parts, [targets.to(device) for targets in packed.targets])), packed.segments.lengths

    def clear(self) -> None:
        """Forgets the gradients of the passes so far."""
        for weights in self.stacked.values():
            weights.grad = None

    @contextmanager
    def adding(self, adapters: list["BatchedAdapter"], segments: Segments) -> Iterator[None]:
        self.at, self.segments = [adapter.at for adapter in adapters], segments
        try:
            yield
        finally:
            self.at = self.segments = None

    def _hook(self, name_a: str, name_b: str):
        def add(module, inputs, output):
            if self.at is None:
                return output
            x = _rows(inputs[0], self.segments)
            a, b = (self._weights(name).transpose(1, 2) for name in (name_a, name_b))
            added = torch.bmm(torch.bmm(x, a), b) * self.scaling
            return (output + _packed(added, self.segments)).to(output.dtype)

        return add

    def _weights(self, name: str) -> torch.Tensor:
        """(adapters, out, in), of those whose tokens the base is run on."""
        weights = self.stacked[name]
        return weights if self.at == list(range(len(weights))) else weights[self.at]


class BatchedAdapter:
    """One of the adapters, with what a training loop uses of a PEFT model."""

    def __init__(self, batch: AdapterBatch, at: int):
        self.batch, self.at = batch, at
        self.peft_config = {}  # by adapter name, as in a PEFT model
        # Of the same memory: an optimizer's step on these is one on the stacked weights.
        self.weights = {name: torch.nn.Parameter(weights.detach()[at]) for name, weights in batch.stacked.items()}

    def named_parameters(self):
        yield from self.weights.items()
        yield from self.batch.base.named_parameters()

    def get_input_embeddings(self):
        return self.batch.base.get_input_embeddings()

    def take_gradients(self) -> None:
        """Of the backward passes since the batch's gradients were cleared."""
        for name, weight in self.weights.items():
            weight.grad = self.batch.stacked[name].grad[self.at].clone()

    def __call__(self, **inputs):
        """As the PEFT model of this adapter alone. input_ids: (1, L)."""
        with self.batch.adding([self], _segments([inputs["input_ids"].shape[1]])):
            return self.batch.base(**inputs)

    def train(self) -> None:
        """There is no dropout that this could switch."""

    eval = train

    def save_pretrained(self, folder, **_) -> None:
        """PEFT's two files."""
        self.peft_config["default"].inference_mode = True
        self.peft_config["default"].save_pretrained(folder)
        tensors = {name.replace(".default.", "."): weight.detach().cpu().clone() for name, weight in self.weights.items()}
        save_file(tensors, folder / "adapter_model.safetensors", metadata={"format": "pt"})


def _module(name: str) -> str:
    """base_model.model.model.layers.0.mlp.up_proj.lora_A.default.weight → model.layers.0.mlp.up_proj"""
    return name.removeprefix("base_model.model.").split(".lora_A.")[0]


def _rows(packed: torch.Tensor, segments: Segments) -> torch.Tensor:
    """(1, all tokens, size) → (adapters, longest, size)."""
    rows = packed[0] if segments.to_rows is None else packed[0].index_select(0, segments.to_rows.to(packed.device))
    return rows.view(len(segments.lengths), -1, packed.shape[2])


def _packed(rows: torch.Tensor, segments: Segments) -> torch.Tensor:
    """(adapters, longest, size) → (1, all tokens, size), the repeated tokens dropped."""
    flat = rows.reshape(-1, rows.shape[2])
    return (flat if segments.from_rows is None else flat.index_select(0, segments.from_rows.to(rows.device))).unsqueeze(0)

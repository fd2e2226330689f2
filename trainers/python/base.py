"""The base that adapters are trained on."""

from contextlib import contextmanager

import torch
import transformers
from safetensors import SafetensorError
from transformers import AttentionInterface, AutoModelForCausalLM

import activated_attention
import batched_adapters
import shared_prefix
from computing import autocasts, base_dtype, device_here, prepare_torch
from prefix_store import PrefixStore
from quantization import quantization_config
from report import BadBase
from samples import SpanTokenizer
from worker import Job

AttentionInterface.register("shared_prefix", shared_prefix.attention)
AttentionInterface.register("batched", batched_adapters.attention)
AttentionInterface.register("activated", activated_attention.attention)
ATTENTION = {"shared-prefix": "shared_prefix", "activated": "activated", "plain": "sdpa"}
transformers.utils.logging.disable_progress_bar()


class Bases:
    """The base in memory. Adapters are put into it and taken out again."""

    def __init__(self):
        self.prefixes = PrefixStore()
        self.forget()

    def forget(self) -> None:
        self.key, self.model, self.tokenizer = None, None, None

    def open(self, job: Job):
        """The base in memory, the device, and whether to compute in bfloat16."""
        prepare_torch(job)
        device = device_here()
        amp = autocasts(job.precision, device)
        return self._load(job, device, base_dtype(device, amp)), device, amp

    def _load(self, job: Job, device: str, dtype: torch.dtype):
        attention = ATTENTION[job.method]
        key = (job.base, device, dtype, job.quantization)
        if key != self.key:
            self.forget()
            with telling_bad_base(job):
                self.model = load_model(job, device, dtype)
                self.tokenizer = SpanTokenizer(job.base)
            self.key = key
        if attention != "sdpa" and not self.model._supports_attention_backend:
            raise BadBase(f"{type(self.model).__name__} cannot share a prefix", where=job.base.name, todo="set `method: plain`")
        self.model.set_attn_implementation(attention)
        return self.model


@contextmanager
def telling_bad_base(job: Job):
    try:
        yield
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise BadBase(f"cannot load the base: {error}", where=job.base.name) from error


def load_model(job: Job, device: str, dtype: torch.dtype):
    return AutoModelForCausalLM.from_pretrained(
        job.base,
        dtype=dtype,
        attn_implementation="sdpa",
        quantization_config=quantization_config(job.quantization),
        device_map={"": device},
    )

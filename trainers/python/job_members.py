"""Which jobs are alike, by job_members.json, which the toolkit reads too (trainers/deciding-members.ts, trainers/train-together.ts)."""

import hashlib
import json
from array import array
from collections.abc import Hashable
from pathlib import Path

from samples import Sample
from worker import Job

_MEMBERS = json.loads(Path(__file__).with_name("job_members.json").read_text("utf8"))


def identity(job: Job, files: list[list[Sample]], validation: list[list[Sample]]) -> str:
    """What decides the result: a checkpoint of anything else is not taken up."""
    values = {key: getattr(job, key) for key in _MEMBERS["decide"]}
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode())
    for samples in [*files, *validation]:  # as they were read: the files may have changed since
        for sample in samples:
            digest.update(array("q", [*sample.ids, *sample.labels]).tobytes())
    if job.start:
        digest.update((job.start / "adapter_model.safetensors").read_bytes())
    return digest.hexdigest()


def form(job: Job) -> Hashable | None:
    """Jobs of the same one may share steps. None: it is trained alone."""
    together = _MEMBERS["together"]
    if job.together == 1 or any(getattr(job, name) != value for name, value in together["needs"].items()):
        return None
    return json.dumps([getattr(job, name) for name in together["equal"]], default=str)

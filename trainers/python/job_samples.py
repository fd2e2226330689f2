"""Reads what a job is trained on, and checks that it goes with the base."""

import activated
from base import Bases
from report import BadBase
from samples import JobSamples, Sample, by_prompt, read_job
from worker import Job


def samples_of(job: Job, bases: Bases, computing: str) -> JobSamples:
    """`computing`: on what and how. Raises BadData; BadBase where the base does not know a token."""
    read, validation = read_job(job, bases.tokenizer)
    prompts = [samples for file in read for samples in by_prompt(file)]
    refuse_unknown_ids([*prompts, *validation], bases.model, job)
    if job.method != "activated":
        return JobSamples(prompts, validation)
    return activate(job, bases, prompts, validation, computing)


def activate(job: Job, bases: Bases, prompts: list[list[Sample]], validation: list[list[Sample]], computing: str) -> JobSamples:
    """Tells the samples where their prefixes' keys and values are kept, and finds the invocation."""
    special = set(bases.tokenizer.tokenizer.get_added_tokens_decoder())
    given = activated.invocation_of(job.start) if job.start else None
    flat = lambda parts: [sample for samples in parts for sample in samples]
    invocation = activated.find_invocation(flat(prompts), job.invocation_length, special, given)
    activated.find_invocation(flat(validation), job.invocation_length, special, invocation)
    bases.prefixes.limit(int(job.prefix_memory_gb * 2**30), int(job.prefix_disk_gb * 2**30))
    prefixes, roots = activated.Prefixes(bases.prefixes, f"{job.base} {job.base_hash} {job.quantization} {computing}"), []
    plan = lambda parts: activated.plan(parts, prefixes, len(invocation), roots)
    return JobSamples(plan(prompts), plan(validation), invocation)


def refuse_unknown_ids(parts: list[list[Sample]], base, job: Job) -> None:
    """A GPU that is asked for an embedding which is not there fails for good, with all jobs that are still to come."""
    known = base.get_input_embeddings().num_embeddings
    for sample in (sample for samples in parts for sample in samples):
        if max(sample.ids) >= known:
            raise BadBase(
                "its tokenizer knows tokens that the model does not",
                where=job.base.name,
                expected=f"ids below {known}, the model's embeddings",
                found=f"{max(sample.ids)} in the sample {sample.id}",
                todo="use the tokenizer.json that belongs to this model",
            )

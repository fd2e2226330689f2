"""What every trainer script is: a process that trains a queue of jobs and tells what it does.

`run(arguments, train)` calls `train(job)` for each job.json (the schema is trainers/job.ts; relative paths are relative to the file):
those that the arguments name, or with `--queue FOLDER --worker W` those of a queue that several workers share (job_queue.py).
A job that fails does so alone. SIGTERM, SIGINT, SIGHUP and the caller's death set `stopping`: `train` makes a checkpoint and raises
Interrupted, and the process ends with exit code 143. Exit: 0 all jobs good, 10 a job failed, 3 a package is missing.
"""

import errno
import json
import os
import signal
import sys
import threading
import time
import traceback
from argparse import ArgumentParser
from collections.abc import Callable, Hashable
from pathlib import Path
from types import SimpleNamespace

from job_queue import Entry, JobList, JobQueue
from report import BadJob, JobError, emit, stopping

PARENT = os.getppid()  # read before the slow imports, in which it may die

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a base is a folder: nothing is ever fetched
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it a GPU's matrix products vary from run to run

JOB_FAILED = 10  # not 1, with which Python ends on anything uncaught
INTERRUPTED = 143
PACKAGE_MISSING = 3
DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Interrupted(Exception):
    pass


class Job(SimpleNamespace):
    """A job's members; one that is missing is told at its first use, which is before or in the first step."""

    def __getattr__(self, name: str):
        raise BadJob(f"a job without `{name}`", expected="every member that trainers/job.ts names")


Ended = Callable[[Job, Exception | None], None]
"""Tells that a job has ended, and with what where it failed. The others go on."""


def run(
    arguments: list[str],
    train: Callable[[Job], None],
    form: Callable[[Job], Hashable | None] = lambda job: None,
    train_together: Callable[[list[Job], Ended], None] | None = None,
) -> None:
    """Trains all jobs and ends the process. Jobs of the same `form`, up to `together` of them, are handed to `train_together` at once."""
    parser = ArgumentParser()
    parser.add_argument("jobs", nargs="*")
    parser.add_argument("--queue", type=Path)
    parser.add_argument("--worker", default="0")
    options = parser.parse_args(arguments)
    queue = JobQueue(options.queue, options.worker) if options.queue else None
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(each) != signal.SIG_IGN or each == signal.SIGTERM:  # nohup, or a shell's background
            signal.signal(each, lambda *_: stopping.set())
    if queue:
        queue.beat()
        if queue.abandoned():  # a cluster may start a worker long after its caller has gone
            stopping.set()
    threading.Thread(target=_end_with_caller, args=[queue], daemon=True).start()
    code = _train_all(queue or JobList(options.jobs), train, form, train_together)
    if queue:
        queue.leave()
    os._exit(code)  # skips seconds of tear-down of a process that has nothing left to do


def missing_package(error: ImportError) -> None:
    emit("error", None, kind="missing_package", message=str(error))
    sys.exit(PACKAGE_MISSING)


def _train_all(queue: JobQueue | JobList, train, form, train_together) -> int:
    failures, in_hand = 0, []

    def ended(job: Job, error: Exception | None = None) -> None:
        nonlocal failures
        if error:
            failures += 1
            _report_failure(job.name, error)
        in_hand.remove(job)
        queue.ended(job.path)

    if stopping.is_set():
        return INTERRUPTED
    while entry := queue.take(lambda _: True):
        in_hand = [Job(name=entry.path, path=entry.path)]  # all that is known until it is read
        try:
            in_hand = _with_others(entry, queue, form)
            if len(in_hand) > 1:
                train_together([*in_hand], ended)
            else:
                train(in_hand[0])
                ended(in_hand[0])
        except Interrupted:
            return INTERRUPTED
        except Exception as error:
            for job in [*in_hand]:
                ended(job, error)
        if stopping.is_set():
            return INTERRUPTED
    return JOB_FAILED if failures else 0


def _with_others(entry: Entry, queue: JobQueue | JobList, form) -> list[Job]:
    """The job, and those of its form that stand behind it, up to `together` of them."""
    jobs = [read_job(entry.path)]
    key = _form(entry, form)
    while key is not None and len(jobs) < jobs[0].together and (other := queue.take(lambda other: _form(other, form) == key)):
        jobs.append(read_job(other.path))
    return jobs


def _form(entry: Entry, form) -> Hashable | None:
    try:
        return None if entry.alone else form(read_job(entry.path))
    except BadJob:  # which is told where it is trained
        return None


def _end_with_caller(queue: JobQueue | None) -> None:
    """Nobody reads our events any more when the parent is gone, or the caller on another machine: stop as after SIGTERM."""
    while True:
        if os.getppid() != PARENT or (queue and queue.abandoned()):
            stopping.set()
        if queue:
            queue.beat()
        time.sleep(1)


def read_job(path: str) -> Job:
    folder = Path(path).parent
    try:
        job = Job(**json.loads(Path(path).read_text("utf8")), path=path)
        if not isinstance(job.name, str):
            raise TypeError("its name is no string")
        at = lambda place: Path(os.path.normpath(folder / place))
        job.base, job.output, job.start = at(job.base), at(job.output), at(job.start) if job.start else None
        job.train, job.validation = [at(place) for place in job.train], [at(place) for place in job.validation]
        job.hashes = {at(place): value for place, value in job.hashes.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadJob(f"not a job: {error}", expected="a JSON object with the members that trainers/job.ts names") from error
    return job


def _report_failure(job: str, error: Exception) -> None:
    traceback.print_exception(error)
    details = error.details if isinstance(error, JobError) else {}
    kind = error.kind if isinstance(error, JobError) else "internal"
    if out_of_memory(error):
        kind = "out_of_memory"
    elif disk_full(error):
        kind = "disk_full"
    if kind == "internal" and "found" not in details:
        details = {**details, "found": "".join(traceback.format_exception(error, limit=-3)).strip()}
    emit("error", job, kind=kind, message=f"{error}" or type(error).__name__, **details)


def out_of_memory(error: BaseException) -> bool:
    """By name and words: not every script has torch, and its allocators and libraries each have an error of their own."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _NO_MEMORY)


_NO_MEMORY = ("can't allocate memory", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "std::bad_alloc", "could not create a memory object")


def disk_full(error: BaseException | None) -> bool:
    """Also where torch or safetensors wrap it, or fail over the half-written file in turn."""
    if error is None:
        return False
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return True
    words = str(error)
    return any(f"(os error {number})" in words for number in DISK_FULL) or disk_full(error.__cause__ or error.__context__)

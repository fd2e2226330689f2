"""What the trainer tells its caller: JSON lines on stdout, one event each; everything else goes to stderr."""

import json
import os
import sys
import threading

# What a library prints, in Python or in C, or a process that it starts, must not end up among the events.
_events = os.fdopen(os.dup(1), "w", encoding="utf8")
os.dup2(2, 1)
sys.__stdout__, sys.stdout = _events, sys.stderr

stopping = threading.Event()  # set by a signal, or where nobody reads events any more: make a checkpoint and end


class JobError(Exception):
    """A failure that the user can do something about; `kind` is what the caller switches on."""

    kind = "internal"

    def __init__(self, message: str, *, where=None, expected=None, found=None, todo=None):
        super().__init__(message)
        details = {"where": where, "expected": expected, "found": found, "todo": todo}
        self.details = {key: value for key, value in details.items() if value is not None}


class BadData(JobError):
    kind = "bad_data"


class BadJob(JobError):
    kind = "bad_job"


class BadBase(JobError):
    kind = "bad_base"


class Diverged(JobError):
    kind = "diverged"


class OutOfMemory(JobError):
    kind = "out_of_memory"


def emit(event: str, job: str | None, **values) -> None:
    line = json.dumps({"event": event, "job": job, **values}, ensure_ascii=False, allow_nan=False)
    try:
        _events.write(line + "\n")
        _events.flush()
    except BrokenPipeError:
        stop_unheard()


def stop_unheard() -> None:
    """The caller is gone: what is still said goes nowhere, so that saying it does not keep the checkpoint from being written."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (_events, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    stopping.set()

"""What the trainer tells its caller: JSON lines on stdout, one event each; everything else goes to stderr."""

import json
import sys

_events, sys.stdout = sys.stdout, sys.stderr  # a library that prints must not end up among the events


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


def emit(event: str, job: str | None, **values) -> None:
    _events.write(json.dumps({"event": event, "job": job, **values}, ensure_ascii=False, allow_nan=False) + "\n")
    _events.flush()

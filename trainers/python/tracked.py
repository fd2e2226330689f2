"""What a tracker is given: JSON lines on stdin (trainers/trackers/tracker.ts), and the figures in them.

A `job` line comes before the events (trainers/events.ts) of its job. The end of stdin is the end of the run.
"""

import json
import signal
import sys
from collections.abc import Iterator

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all of a terminal: the caller ends stdin when the trainers have told all

ENDS = ("done", "error")
PREFIXES = {"step": "training", "eval": "validation"}
NO_FIGURES = {"step", "total"}


def lines() -> Iterator[dict]:
    for line in sys.stdin:
        yield json.loads(line)


def figures(event: dict) -> dict[str, float]:
    """All numbers of a `step` or `eval` event by name; none of other events."""
    prefix = PREFIXES.get(event["event"])
    if prefix is None:
        return {}
    numbers = {key: value for key, value in event.items() if key not in NO_FIGURES and type(value) in (int, float)}
    if numbers.get("seconds") and "trained_tokens" in numbers:
        numbers["trained_tokens_per_second"] = numbers["trained_tokens"] / numbers["seconds"]
    return {f"{prefix}/{key}": value for key, value in numbers.items()}

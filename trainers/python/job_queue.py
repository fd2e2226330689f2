"""A queue of jobs that several worker processes share: a folder, which may lie on a file system of several machines.

waiting/NNN     a job that nobody has taken, the first by name; its text is the path of job.json
waiting/NNN.alone  the same, not to be trained together with others: it may be what killed a worker
taken/W/…       the same, taken by worker W: a rename is one worker's alone, and needs no lock
open            {"beat": n, "patience": seconds}: the caller lives as long as n changes; where the file is gone, all is to stop
W.worker        {"host", "pid", "beat"}: worker W lives as long as its beat changes

trainers/executors/queue-folder.ts makes it, and gives the job of a worker that died free again.
"""

import json
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Entry(NamedTuple):
    path: str  # of job.json
    alone: bool


Fits = Callable[[Entry], bool]


class JobList:
    """Jobs that no other worker takes, as a queue."""

    def __init__(self, paths: list[str]):
        self._waiting = [Entry(path, False) for path in paths]

    def take(self, fits: Fits) -> Entry | None:
        return self._waiting.pop(0) if self._waiting and fits(self._waiting[0]) else None

    def ended(self, path: str) -> None:
        pass


class JobQueue:
    def __init__(self, folder: Path, worker: str):
        self.folder, self.taken, self.mark = folder, folder / "taken" / worker, folder / f"{worker}.worker"
        self._taken: dict[str, Path] = {}
        self._beat, self._caller, self._changed = 0, None, time.monotonic()

    def take(self, fits: Fits) -> Entry | None:
        """Takes the first job that waits, if it fits. It stays taken until it is `ended`; where the process ends before, the caller gives it free."""
        try:
            self.taken.mkdir(parents=True, exist_ok=True)
            waiting = sorted((self.folder / "waiting").iterdir())
        except FileNotFoundError:
            return None  # the caller has ended, and removed the queue
        for place in waiting:
            try:
                entry = Entry(place.read_text("utf8"), place.suffix == ".alone")
            except FileNotFoundError:
                continue  # another worker was faster
            if not fits(entry):
                return None
            if self._take(place):
                self._taken[entry.path] = self.taken / place.name
                return entry
        return None

    def ended(self, path: str) -> None:
        if place := self._taken.pop(path, None):
            place.unlink(missing_ok=True)

    def beat(self) -> None:
        """Tells that this worker lives."""
        self._beat += 1
        mark = {"host": socket.gethostname(), "pid": os.getpid(), "beat": self._beat}
        try:
            fresh = self.mark.with_suffix(".next")
            fresh.write_text(json.dumps(mark), "utf8")
            fresh.replace(self.mark)
        except OSError:
            pass  # a full disk, or a folder that is gone: nobody waits for us then

    def leave(self) -> None:
        try:
            self.mark.unlink(missing_ok=True)
        except OSError:
            pass

    def abandoned(self) -> bool:
        """Whether the caller closed the queue, or has not been heard of for longer than its patience (by this machine's clock alone)."""
        try:
            text = (self.folder / "open").read_text("utf8")
            patience = float(json.loads(text)["patience"])
        except FileNotFoundError:
            return True
        except (OSError, ValueError, KeyError, TypeError):
            return False  # a network file system has a bad moment
        if text != self._caller:
            self._caller, self._changed = text, time.monotonic()
        return time.monotonic() - self._changed > patience

    def _take(self, place: Path) -> bool:
        mine = self.taken / place.name
        try:
            place.rename(mine)
        except FileNotFoundError:
            return mine.exists()  # NFS may send a request twice, and tell the second answer; else another worker was faster
        return True

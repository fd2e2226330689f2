"""A queue of jobs that several worker processes share: a folder, which may lie on a file system of several machines.

waiting/NNN     a job that nobody has taken, the first by name; its text is the path of job.json
taken/W/NNN     the same, taken by worker W: a rename is one worker's alone, and needs no lock
open            {"beat": n, "patience": seconds}: the caller lives as long as n changes; where the file is gone, all is to stop
W.worker        {"host", "pid", "beat"}: worker W lives as long as its beat changes

trainers/executors/queue-folder.ts makes it, and gives the job of a worker that died free again.
"""

import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path


class JobQueue:
    def __init__(self, folder: Path, worker: str):
        self.folder, self.taken, self.mark = folder, folder / "taken" / worker, folder / f"{worker}.worker"
        self._entries: dict[str, Path] = {}
        self._beat, self._caller, self._changed = 0, None, time.monotonic()

    def jobs(self) -> Iterator[str]:
        """Paths of jobs, until none waits. A job stays taken until it is `ended`; where the process ends before, the caller gives it free."""
        while entry := self._take():
            path = entry.read_text("utf8")
            self._entries[path] = entry
            yield path

    def ended(self, path: str) -> None:
        if entry := self._entries.pop(path, None):
            entry.unlink(missing_ok=True)

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

    def _take(self) -> Path | None:
        try:
            self.taken.mkdir(parents=True, exist_ok=True)
            waiting = sorted((self.folder / "waiting").iterdir())
        except FileNotFoundError:
            return None  # the caller has ended, and removed the queue
        for entry in waiting:
            mine = self.taken / entry.name
            try:
                entry.rename(mine)
            except FileNotFoundError:
                if not mine.exists():  # NFS may send a request twice, and tell the second answer
                    continue  # another worker was faster
            return mine
        return None

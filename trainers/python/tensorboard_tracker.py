"""Writes what trainers tell as TensorBoard event files: tensorboard_tracker.py FOLDER, see tracked.py.

Each training gets a folder, FOLDER/JOB/TIME; one that is resumed goes on in its newest, where what comes again replaces what was there.
"""

import sys
import time
from datetime import datetime
from pathlib import Path

import tracked  # first: it minds Ctrl-C

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter


def folder_of(job: Path, resumed: int) -> Path:
    older = sorted(path for path in job.glob("*") if path.is_dir())
    return older[-1] if resumed and older else job / datetime.now().strftime("%Y-%m-%dT%H-%M-%S-%f")  # short trainings may begin within a second


def main(root: Path) -> None:
    writers: dict[str, EventFileWriter] = {}
    for event in tracked.lines():
        job = event["job"]
        if event["event"] == "start":
            if job in writers:
                writers.pop(job).close()
            writer = writers[job] = EventFileWriter(str(folder_of(root / job, event["resumed"])), flush_secs=5)
            if event["resumed"]:
                restart = SessionLog(status=SessionLog.START)
                writer.add_event(Event(wall_time=time.time(), step=event["resumed"] + 1, session_log=restart))
        if (values := tracked.figures(event)) and job in writers:
            summary = Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()])
            writers[job].add_event(Event(wall_time=time.time(), step=event["step"], summary=summary))
        if event["event"] in tracked.ENDS and job in writers:
            writers.pop(job).close()
    for writer in writers.values():
        writer.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

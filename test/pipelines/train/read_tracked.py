"""Prints what TensorBoard or W&B read of the files that were written: read_tracked.py tensorboard|wandb FOLDER"""

import json
import socket
import sys
from pathlib import Path


def read_tensorboard(folder: Path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder)).Reload()
    return {tag: [[event.step, event.value] for event in events.Scalars(tag)] for tag in events.Tags()["scalars"]}


def records(data: bytes):
    """The records of a LevelDB log, as W&B writes it: blocks of 32 KiB, in which a record is whole or in parts."""
    at, whole, block = 7, b"", 32768
    while at + 7 <= len(data):
        length, part = int.from_bytes(data[at + 4 : at + 6], "little"), data[at + 6]
        if part == 0:  # the rest of the block is empty
            at += block - at % block
            continue
        whole += data[at + 7 : at + 7 + length]
        at += 7 + length
        if part in (1, 4):
            yield whole
            whole = b""
        if block - at % block < 7:
            at += block - at % block


def read_wandb(folder: Path):
    from wandb.proto.wandb_internal_pb2 import Record

    found = []
    for path in sorted(folder.glob("wandb/offline-run-*/*.wandb")):
        run, text = {"rows": []}, path.read_bytes().decode("latin-1")
        for data in records(path.read_bytes()):
            record = Record.FromString(data)
            kind = record.WhichOneof("record_type")
            if kind == "run":
                config = {item.key: json.loads(item.value_json) for item in record.run.config.update}
                run |= {"name": record.run.display_name, "id": record.run.run_id, "project": record.run.project, "config": config}
            elif kind == "history":
                items = {(item.key or item.nested_key[0]): json.loads(item.value_json) for item in record.history.item}
                run["rows"].append(items)
            elif kind == "exit":
                run["exit"] = record.exit.exit_code
        run["tells_host"] = socket.gethostname() in text
        found.append(run)
    return found


kind, folder = sys.argv[1:]
print(json.dumps({"tensorboard": read_tensorboard, "wandb": read_wandb}[kind](Path(folder))))

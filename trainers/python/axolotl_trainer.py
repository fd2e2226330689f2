"""Trains LoRA adapters with Axolotl: `AXOLOTL=path/to/axolotl python axolotl_trainer.py job.json [job.json …]`, on an NVIDIA GPU.

For each job its YAML and data are written into `.checkpoints/axolotl` of the job's folder, and `axolotl train` is run on them. A plugin,
axolotl_plugin.py, tells the events. What a job is and how the process ends says worker.py.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import asdict
from pathlib import Path

import worker  # before the slow imports, in which the parent may die

try:
    import yaml

    from adapter_files import finish_adapter
    from axolotl_config import axolotl_config
    from report import BadJob, Diverged, JobError, OutOfMemory, emit, stopping
    from samples import Sample
    from sft_callback import newest_checkpoint
    from sft_plan import plan_of, read_all
except ImportError as missing:
    worker.missing_package(missing)

from worker import Interrupted, Job

PLUGIN = ("axolotl_plugin.py", "sft_callback.py", "report.py")  # with what it imports
TAIL_LINES = 40
TICK_SECONDS = 0.2


def train(job: Job) -> None:
    samples, validation = read_all(job)
    plan = plan_of(job, samples, validation, ["axolotl"])
    checkpoints = job.output / ".checkpoints"
    work = checkpoints / "axolotl"
    resumed = newest_checkpoint(checkpoints, plan.identity)
    # Without a checkpoint all of it is of another job; with one, prepared data and old events still are.
    shutil.rmtree(work if resumed else checkpoints, ignore_errors=True)
    work.mkdir(parents=True)
    longest = max(len(sample.ids) for sample in [*samples, *validation])
    write_rows(work / "train.jsonl", samples)
    write_rows(work / "validation.jsonl", validation)
    (work / "plan.json").write_text(json.dumps(asdict(plan)), "utf8")
    config = axolotl_config(job, plan, longest, work, resumed)
    (work / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False), "utf8")
    copy_plugin(work / "plugin")
    run_axolotl(job, work)
    result = json.loads((work / "result.json").read_text("utf8"))
    if result["interrupted"]:
        raise Interrupted
    kept = checkpoints if result["kept"] == plan.total else checkpoints / f"best-{result['kept']}"
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        shutil.copyfile(kept / name, job.output / name)
    finish_adapter(job)
    emit("done", job.name, step=plan.total, kept=result["kept"], seconds=result["seconds"])


def copy_plugin(folder: Path) -> None:
    """Into a folder of its own: what lies beside it here would come before installed packages of the same names (`memory`, `forward`)."""
    folder.mkdir()
    for name in PLUGIN:
        shutil.copyfile(Path(__file__).with_name(name), folder / name)


def write_rows(path: Path, samples: list[Sample]) -> None:
    with open(path, "w", encoding="utf8") as file:
        for sample in samples:
            file.write(json.dumps({"input_ids": sample.ids, "attention_mask": [1] * len(sample.ids), "labels": sample.labels}) + "\n")


def run_axolotl(job: Job, work: Path) -> None:
    """Runs it to its end, telling what its plugin tells. Raises where it did not come to train to the end or to a checkpoint."""
    process = subprocess.Popen(
        [os.environ["AXOLOTL"], "train", str(work / "config.yaml"), "--launcher", "python"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=work,
        env={**os.environ, "AXOLOTL_JOB": str(work), "PYTHONPATH": str(work / "plugin"), "AXOLOTL_DO_NOT_TRACK": "1"},
        start_new_session=True,  # Ctrl-C at a terminal is ours to pass on: Axolotl would end at once
    )
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    log = threading.Thread(target=pass_on, args=(process.stdout, tail), daemon=True)
    log.start()
    told = 0
    while process.poll() is None:
        told = relay(work, told)
        if stopping.is_set():
            # Its trainer looks for the file after each step; before it has begun there is nothing to save.
            (work / "stop").touch()
            if told == 0:
                process.terminate()
        time.sleep(TICK_SECONDS)
    log.join()
    relay(work, told)
    if (work / "result.json").exists() and process.returncode == 0:
        return
    if stopping.is_set():
        raise Interrupted
    raise failure(process.returncode, "\n".join(tail))


def pass_on(lines, tail: deque[str]) -> None:
    for line in lines:
        text = line.decode("utf8", "replace").rstrip()
        tail.append(text)
        print(text, file=sys.stderr, flush=True)


def relay(work: Path, told: int) -> int:
    """Tells what is new in events.jsonl. `told`: bytes told already; returns how many now."""
    path = work / "events.jsonl"
    if not path.exists():
        return told
    with open(path, "rb") as file:
        file.seek(told)
        new = file.read()
    whole = new[: new.rfind(b"\n") + 1]  # the last line may be half written
    for line in whole.splitlines():
        values = json.loads(line)
        emit(values.pop("event"), values.pop("job"), **values)
    return told + len(whole)


def failure(code: int, tail: str) -> JobError:
    """What Axolotl's last lines say."""
    if "OutOfMemoryError" in tail:
        return OutOfMemory("axolotl ran out of memory", found=tail[-2000:])
    if "Diverged: " in tail:
        return Diverged(tail.rpartition("Diverged: ")[2].splitlines()[0])
    if "ValidationError" in tail:
        return BadJob("axolotl does not take the configuration", found=tail[-2000:])
    return JobError(f"axolotl ended with exit code {code}", found=tail[-2000:])


if __name__ == "__main__":
    worker.run(sys.argv[1:], train)

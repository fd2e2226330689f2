"""Hands what trainers tell to Weights & Biases: wandb_tracker.py FOLDER, see tracked.py.

Each training is a run named as its job. One that is resumed goes on in the same run, whose id stands in FOLDER/wandb/ids/JOB. Only figures
and the job's settings are told: nothing of the machine, its files or its packages.
"""

import os
import sys
import uuid
from pathlib import Path

import tracked  # first: it minds Ctrl-C

os.environ.update(WANDB_SILENT="true", WANDB_ERROR_REPORTING="false")
import wandb  # noqa: E402  after its settings

PRIVATE = {
    "console": "off",
    "disable_code": True,
    "disable_git": True,
    "disable_job_creation": True,
    "save_code": False,
    "host": "private",
    "x_disable_machine_info": True,
    "x_disable_meta": True,
    "x_disable_stats": True,
    "x_save_requirements": False,
}


def run_id(path: Path, resumed: int) -> str:
    if resumed and path.is_file():
        return path.read_text("utf8")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(uuid.uuid4().hex[:12], "utf8")
    return path.read_text("utf8")


def begin(folder: Path, about: dict, start: dict):
    job = about["job"]
    config = {**about["config"], **{key: start[key] for key in ("total", "samples", "device", "precision", "parameters") if key in start}}
    return wandb.init(
        project=about["project"],
        entity=about.get("entity"),
        mode=about["mode"],
        group=about["run"],
        job_type=about["config"]["task"],
        name=job,
        id=run_id(folder / "wandb" / "ids" / job, start["resumed"]),
        resume="allow" if start["resumed"] and about["mode"] == "online" else None,
        dir=str(folder),
        config=config,
        reinit="create_new",
        settings=wandb.Settings(**PRIVATE),
    )


def main(folder: Path) -> None:
    about: dict[str, dict] = {}
    runs = {}
    for event in tracked.lines():
        job = event["job"]
        if event["event"] == "job":
            about[job] = event
        elif event["event"] == "start":
            runs[job] = begin(folder, about[job], event)
        elif job in runs:
            if values := tracked.figures(event):
                runs[job].log(values, step=event["step"])
            if event["event"] == "done":
                runs[job].summary["kept"] = event["kept"]
            if event["event"] in tracked.ENDS:
                runs.pop(job).finish(exit_code=0 if event["event"] == "done" else 1)
    for run in runs.values():
        run.finish(exit_code=1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

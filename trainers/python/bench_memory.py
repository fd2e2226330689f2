"""Runs a trainer's script and notes how much memory its steps take: `bench_memory.py OUT script.py job.json`.

OUT becomes {"resting", "peak"} in bytes: what was held when training began, and the most that was held until the last step ended; on a GPU what
its allocator held, else the process's resident memory (Linux).
"""

import json
import runpy
import sys
from pathlib import Path

import report

OUT, SCRIPT = Path(sys.argv[1]), sys.argv[2]
emit, memory = report.emit, {}


def resident(field: str) -> int:
    status = Path("/proc/self/status").read_text("utf8")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(field))


def noting(event: str, job: str | None, **values) -> None:
    import torch

    cuda = torch.cuda.is_available()
    if event == "start":
        if cuda:
            torch.cuda.reset_peak_memory_stats()
        else:
            Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from now on
        memory["resting"] = torch.cuda.memory_allocated() if cuda else resident("VmRSS")
    if event == "step":
        memory["peak"] = torch.cuda.max_memory_allocated() if cuda else resident("VmHWM")
        OUT.write_text(json.dumps(memory), "utf8")
    emit(event, job, **values)


report.emit = noting  # before the script imports it
sys.argv = [SCRIPT, *sys.argv[3:]]
sys.path[0] = str(Path(SCRIPT).parent)
runpy.run_path(SCRIPT, run_name="__main__")

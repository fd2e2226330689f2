"""peft_trainer.py with real limits of the system for jobs that ask for them by name: `limited_trainer.py FOLDER job.json …`.

`within 40 MB`: memory beside what the process has. `files of 40 kB`: a longer file fails, as on a full disk. `dies at 40 kB`: the process
ends in the middle of writing a longer file, as when it is killed. `adapter of 1 kB`: the adapter's files alone. `overflows`: the loss of
its second step is infinite, unless it has gone back (a rate at which a real one overflows differs from processor to processor).
"""

import re
import resource
import signal
import sys

sys.path.insert(0, sys.argv[1])

import divergence
import peft_trainer
import training_loop
import worker

UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
train_alone, save_adapter, watch = peft_trainer.train_alone, training_loop.save_adapter, divergence.watch


def asked(job, what: str) -> int | None:
    found = re.search(rf"{what} (\d+) (MB|kB)", job.name)
    return int(found[1]) * {"MB": 2**20, "kB": 2**10}[found[2]] if found else None


def limited_training(run) -> None:
    memory, files, dies = (asked(run.job, what) for what in ("within", "files of", "dies at"))
    try:
        if memory:
            with open("/proc/self/statm") as file:
                used = int(file.read().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + memory, resource.RLIM_INFINITY))
        if dies:
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if files or dies:
            resource.setrlimit(resource.RLIMIT_FSIZE, (files or dies, resource.RLIM_INFINITY))
        train_alone(run)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, UNLIMITED)
        resource.setrlimit(resource.RLIMIT_FSIZE, UNLIMITED)


def limited_adapter(model, job, *invocation) -> None:
    if size := asked(job, "adapter of"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    save_adapter(model, job, *invocation)


def overflowing(run, loss: float, grad_norm: float) -> None:
    overflows = "overflows" in run.job.name and run.progress.step == 1 and not run.progress.went_back
    watch(run, float("inf") if overflows else loss, grad_norm)


peft_trainer.train_alone, training_loop.save_adapter, divergence.watch = limited_training, limited_adapter, overflowing
bases = peft_trainer.Bases()
worker.run(sys.argv[2:], lambda job: peft_trainer.train(job, bases))

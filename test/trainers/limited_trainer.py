"""peft_trainer.py, in which a job whose name says `within 40 MB` finds so much memory beside what the process has: `limited_trainer.py FOLDER job.json …`."""

import re
import resource
import sys

sys.path.insert(0, sys.argv[1])

import peft_trainer
import torch
import worker

bases = peft_trainer.Bases()


def train(job) -> None:
    found = re.search(r"within (\d+) MB", job.name)
    if found:
        with open("/proc/self/statm") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + int(found[1]) * 2**20, resource.RLIM_INFINITY))
    try:
        peft_trainer.train(job, bases)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


torch.set_flush_denormal(True)
worker.run(sys.argv[2:], train)

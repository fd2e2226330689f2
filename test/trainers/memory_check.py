"""Two helpers of the memory test.

memory_check.py base FOLDER TOKENIZER_FOLDER CONFIG_JSON: writes a base of random weights in bfloat16, as bases of the Hub are.
memory_check.py peak COMMAND ARGUMENTS...: runs it, its output on stderr, and prints {"code": …, "bytes": peak of its resident memory}.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path


def write_base(folder: Path, tokenizer: Path, config: dict) -> None:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(**config)).to(torch.bfloat16)
    model.save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(tokenizer / name, folder / name)


def peak(command: list[str]) -> dict:
    child = subprocess.Popen(command, stdout=sys.stderr)
    _, status, usage = os.wait4(child.pid, 0)
    unit = 1 if sys.platform == "darwin" else 1024
    return {"code": os.waitstatus_to_exitcode(status), "bytes": usage.ru_maxrss * unit}


if sys.argv[1] == "base":
    write_base(Path(sys.argv[2]), Path(sys.argv[3]), json.loads(sys.argv[4]))
else:
    print(json.dumps(peak(sys.argv[2:])))

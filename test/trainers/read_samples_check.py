"""Reads each file that is named behind the trainer's folder and the base, and prints what came of it: JSON, by the file's name."""

import json
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from report import BadData
from samples import SpanTokenizer, by_prompt, read_samples

tokenizer = SpanTokenizer(Path(sys.argv[2]))
found = {}
for path in map(Path, sys.argv[3:]):
    try:
        samples = read_samples(path, tokenizer, None)
        found[path.name] = {"samples": len(samples), "prompts": [len(group) for group in by_prompt(samples)]}
    except BadData as error:
        found[path.name] = {"message": str(error), **error.details}
print(json.dumps(found), file=sys.__stdout__, flush=True)

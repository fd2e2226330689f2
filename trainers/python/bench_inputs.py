"""Writes what `pnpm bench training` trains on: a base with random weights, and files of samples of exact lengths.

`bench_inputs.py request.json`: {"base": {"folder", "tokenizer", "shape", "layers"}, "files": [{"path", "shared", "query", "trained", "count"}]};
`layers` null: all of them. A sample is `shared` tokens that all of a file begin with, `query` ones of its own, the head of the assistant's turn,
and `trained` ones. Prints {"parameters"}.
"""

import json
import random
import re
import shutil
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, Qwen2Config

# Of the published config.json files.
SHAPES = {
    "qwen2.5-0.5b": dict(
        hidden_size=896, intermediate_size=4864, layers=24, num_attention_heads=14, num_key_value_heads=2, vocab_size=151936, tie_word_embeddings=True
    ),
    "qwen2.5-7b": dict(
        hidden_size=3584, intermediate_size=18944, layers=28, num_attention_heads=28, num_key_value_heads=4, vocab_size=152064, tie_word_embeddings=False
    ),
}
HEAD = "<|im_end|>\n<|im_start|>assistant\n"


def write_base(folder: Path, tokenizer: Path, shape: str, layers: int | None) -> int:
    """Returns the number of parameters."""
    values = dict(SHAPES[shape])
    every = values.pop("layers")
    if layers is not None:  # the same share of the work in the output layer as with all layers
        values["vocab_size"] = max(json.loads((tokenizer / "config.json").read_text("utf8"))["vocab_size"], values["vocab_size"] * layers // every)
    config = Qwen2Config(**values, num_hidden_layers=layers or every, max_position_embeddings=32768, rope_theta=1e6, use_cache=False)
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model.save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tokenizer / name, folder / name)
    return sum(weight.numel() for weight in model.parameters())


def write_samples(words: list[str], path: Path, shared: int, query: int, trained: int, count: int) -> None:
    draw = random.Random(path.name)
    text = lambda number: "".join(draw.choices(words, k=number))
    prompt = text(shared)
    with open(path, "w", encoding="utf8") as file:
        for at in range(count):
            spans = [{"text": prompt + text(query) + HEAD, "train": False}, {"text": text(trained), "train": True}]
            meta = {"trace": f"t{at}", "steps": [0], "split": "train", "catalogue": "sha256:0"}
            file.write(json.dumps({"id": f"s{at}", "task": "arguments", "spans": spans, "meta": meta}) + "\n")


def main() -> None:
    request = json.loads(Path(sys.argv[1]).read_text("utf8"))
    base = request["base"]
    parameters = write_base(Path(base["folder"]), Path(base["tokenizer"]), base["shape"], base["layers"])
    tokenizer = Tokenizer.from_file(str(Path(base["tokenizer"]) / "tokenizer.json"))
    # Words that are one token wherever they stand, so that a text has as many tokens as words.
    words = sorted(f" {token[1:]}" for token in tokenizer.get_vocab() if re.fullmatch("Ġ[a-z]{2,}", token))
    for file in request["files"]:
        write_samples(words, **{**file, "path": Path(file["path"])})
    print(json.dumps({"parameters": parameters}))


main()

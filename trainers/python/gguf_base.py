"""Converts a base model to GGUF with the pinned convert_hf_to_gguf.py, several types in one process.

Usage: python gguf_base.py REQUEST.json
Request: {"source": llama.cpp folder, "base": folder, "fallback_pre": "qwen2" | null, "outputs": [{"type": "f16", "path": "…"}]}
Events (JSON lines on stdout): {"type": "converted", "path": …} | {"type": "error", "what": …}; logs on stderr.
"""

import contextlib
import json
import os
import runpy
import sys


def emit(**event):
    print(json.dumps(event), file=sys.__stdout__, flush=True)


def allow_known_pretokenizer(fallback):
    """The converter knows pre-tokenizers by a hash over token ids, which differ for every vocabulary. Where it does not
    know the hash, take the name that the caller has found by comparing the pre-tokenizer itself."""
    from conversion.base import TextModel

    recognize = TextModel.get_vocab_base_pre

    def recognize_or_fall_back(self, tokenizer):
        try:
            return recognize(self, tokenizer)
        except NotImplementedError:
            return fallback

    TextModel.get_vocab_base_pre = recognize_or_fall_back


def convert(source, base, kind, path):
    partial = f"{path}.partial"
    sys.argv = ["convert_hf_to_gguf.py", base, "--outfile", partial, "--outtype", kind]
    try:
        with contextlib.redirect_stdout(sys.stderr):
            runpy.run_path(os.path.join(source, sys.argv[0]), run_name="__main__")
        os.replace(partial, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(partial)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        request = json.load(file)
    source = request["source"]
    sys.path.insert(0, source)
    sys.path.insert(1, os.path.join(source, "gguf-py"))
    if request["fallback_pre"] is not None:
        allow_known_pretokenizer(request["fallback_pre"])
    for output in request["outputs"]:
        try:
            convert(source, request["base"], output["type"], output["path"])
        except (Exception, SystemExit) as error:
            emit(type="error", what=f"{type(error).__name__}: {error}")
            raise
        emit(type="converted", path=output["path"])


if __name__ == "__main__":
    main()

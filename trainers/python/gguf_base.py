"""Converts a base model to GGUF with the pinned convert_hf_to_gguf.py, several types in one process.

Usage: python gguf_base.py, with the request on stdin
Request: {"source": llama.cpp folder, "base": folder, "fallback_pre": "qwen2" | null, "outputs": [{"type": "f16", "path": "…"}]}
Events (JSON lines on stdout): {"type": "converted", "path": …} | {"type": "error", "what": …}; logs on stderr.
"""

from gguf_converter import emit, read_request, run_converter, telling


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


def main():
    request = read_request()
    if request["fallback_pre"] is not None:
        allow_known_pretokenizer(request["fallback_pre"])
    for output in request["outputs"]:
        with telling():
            run_converter(request["source"], "convert_hf_to_gguf.py", output["type"], output["path"], request["base"])
        emit(type="converted", path=output["path"])


if __name__ == "__main__":
    main()

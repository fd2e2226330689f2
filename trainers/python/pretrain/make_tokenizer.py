"""Trains the base's tokenizer: byte-level BPE, 5120 entries, Qwen2's pre-tokenizer and special tokens.

The merges come in two rounds. The first learns pieces of words with the sign before them (space, slash, dot, quote) taken
off; the second glues the space to the commonest pieces. So a word splits alike wherever it stands, after a space in a query or after
a quote in JSON, and copying it never needs a new segmentation.
"""

import ast
import json
import pathlib
import random
import sysconfig
from collections import Counter

import regex
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from chat_format import render_messages, render_system
from conversations import conversation
from everyday import EVERYDAY
from universe import make_universe
from words import reference_text

QWEN_SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
VOCABULARY, SPACE_MERGES = 5120, 1650
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
MARKERS = ["<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"]


def docstrings() -> str:
    """The docstrings of Python's standard library: ordinary English descriptions."""
    texts = []
    for file in sorted(pathlib.Path(sysconfig.get_path("stdlib")).glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf8", errors="replace"))):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                texts.append(ast.get_docstring(node) or "")
    return "\n".join(texts)


def corpus(seed: int, universes: int = 700) -> list[str]:
    rng = random.Random(seed)
    texts = [reference_text(), docstrings()] + [" ".join(EVERYDAY)] * 20
    for _ in range(universes):
        tools = make_universe(rng, 6)
        texts.append(render_system(tools)[300:])
        texts += ["".join(text for text, _ in render_messages(conversation(rng, tools, 0.2))) for _ in range(8)]
    return texts


def count_pieces(texts: list[str]) -> tuple[Counter, Counter]:
    """Words without the sign before them, and how often each word follows a space."""
    split, bare, spaced = regex.compile(QWEN_SPLIT), Counter(), Counter()
    markers = regex.compile("|".join(regex.escape(token) for token in SPECIAL + MARKERS))
    for text in texts:
        for piece in split.findall(markers.sub("\n", text)):
            if len(piece) > 1 and not piece[0].isalpha() and piece[1].isalpha():
                bare[piece[1:]] += 1
                if piece[0] == " ":
                    spaced[piece[1:]] += 1
            else:
                bare[piece] += 1
    return bare, spaced


def train_merges(bare: Counter, spaced: Counter) -> tuple[dict, list]:
    size = VOCABULARY - len(SPECIAL) - len(MARKERS)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    trainer = trainers.BpeTrainer(vocab_size=size - SPACE_MERGES, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False)
    # Square roots keep the few words of the grammars from crowding out the rest of the language.
    tokenizer.train_from_iterator((word for word, n in sorted(bare.items()) for _ in range(max(1, round(n**0.75)))), trainer)
    model = json.loads(tokenizer.to_str())["model"]
    vocabulary, merges = model["vocab"], [tuple(merge) for merge in model["merges"]]
    firsts = Counter()
    for word, n in spaced.items():
        firsts[tokenizer.encode(word).tokens[0]] += n**0.75
    for piece, _ in sorted(firsts.items(), key=lambda item: (-item[1], item[0])):
        if len(vocabulary) == size:
            break
        if "Ġ" + piece not in vocabulary:
            vocabulary["Ġ" + piece] = len(vocabulary)
            merges.append(("Ġ", piece))
    return vocabulary, merges


def make_tokenizer(seed: int) -> Tokenizer:
    vocabulary, merges = train_merges(*count_pieces(corpus(seed)))
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, continuing_subword_prefix="", end_of_word_suffix=""))
    byte_level = dict(add_prefix_space=False, trim_offsets=False, use_regex=False)
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(QWEN_SPLIT), "isolated"), pre_tokenizers.ByteLevel(**byte_level)])
    tokenizer.post_processor = processors.ByteLevel(**byte_level)
    tokenizer.decoder = decoders.ByteLevel(**byte_level)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    tokenizer.add_tokens([AddedToken(token, special=False, normalized=False) for token in MARKERS])
    assert tokenizer.get_vocab_size() == VOCABULARY, tokenizer.get_vocab_size()
    for needed in ['",', ' {"', '":', ' "', '{"', "\n"]:
        assert len(tokenizer.encode(needed).ids) == 1, f"{needed!r} is not one token"
    return tokenizer


def tokenizer_config(tokenizer: Tokenizer, template: str) -> dict:
    added = {str(tokenizer.token_to_id(token)): {"content": token, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": token in SPECIAL}
             for token in SPECIAL + MARKERS}
    return {"add_bos_token": False, "add_prefix_space": False, "added_tokens_decoder": added, "additional_special_tokens": ["<|im_start|>", "<|im_end|>"], "bos_token": None,
            "chat_template": template, "clean_up_tokenization_spaces": False, "eos_token": "<|im_end|>", "errors": "replace", "model_max_length": 8192,
            "pad_token": "<|endoftext|>", "split_special_tokens": False, "tokenizer_class": "Qwen2Tokenizer", "unk_token": None}


def write_tokenizer(folder: pathlib.Path, seed: int) -> None:
    tokenizer = make_tokenizer(seed)
    template = (pathlib.Path(__file__).parent / "chat_template.jinja").read_text(encoding="utf8").rstrip("\n")
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "chat_template.jinja").write_text(template, encoding="utf8")
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer_config(tokenizer, template), indent=2, ensure_ascii=False) + "\n", encoding="utf8")


if __name__ == "__main__":
    import sys

    write_tokenizer(pathlib.Path(sys.argv[1]), seed=1)

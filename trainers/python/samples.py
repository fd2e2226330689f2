"""Samples: JSON lines of spans in, token ids and labels out."""

import hashlib
import json
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tokenizers import Tokenizer

from report import BadData

IGNORED = -100


@dataclass(frozen=True)
class Sample:
    id: str
    ids: list[int]
    labels: list[int]  # equal to ids on trained tokens, IGNORED elsewhere
    augmented: str = ""  # what made it harder, as text; samples of a file with the same share a prompt

    @property
    def first_trained(self) -> int:
        return next(at for at, label in enumerate(self.labels) if label != IGNORED)

    @property
    def trained(self) -> int:
        return sum(label != IGNORED for label in self.labels)

    @property
    def trained_runs(self) -> list[tuple[int, int]]:
        """Where trained tokens begin and end."""
        edges = [at for at, (a, b) in enumerate(pairwise([IGNORED, *self.labels, IGNORED])) if (a == IGNORED) != (b == IGNORED)]
        return list(zip(edges[::2], edges[1::2]))


@dataclass(frozen=True)
class JobSamples:
    prompts: list[list[Sample]]  # to train on: those of each prompt
    validation: list[list[Sample]]
    invocation: list[int] | None = None  # of an activated adapter


class SpanTokenizer:
    """Tokenizes spans by themselves, nothing added.

    Samples share long prompts. A tokenizer splits at its added tokens (`<|im_start|>`) before anything else, so the
    pieces between them can be tokenized apart, and each distinct piece only once.
    """

    def __init__(self, base: Path):
        self.tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        added = json.loads((base / "tokenizer.json").read_text("utf8")).get("added_tokens", [])
        # Added tokens that eat the white space around them, or match normalized text, do not split the text cleanly.
        clean = all(not (t["lstrip"] or t["rstrip"] or t["single_word"] or t["normalized"]) for t in added)
        contents = sorted((token["content"] for token in added), key=len, reverse=True)
        self.split = re.compile("(" + "|".join(map(re.escape, contents)) + ")") if contents and clean else None
        self.known: dict[str, list[int]] = {}

    def encode(self, text: str) -> list[int]:
        if self.split is None:
            return self.tokenizer.encode(text, add_special_tokens=False).ids
        return [token for piece in self.split.split(text) if piece for token in self._piece(piece)]

    def _piece(self, text: str) -> list[int]:
        ids = self.known.get(text)
        if ids is None:
            ids = self.known[text] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return ids


def read_samples(path: Path, tokenizer: SpanTokenizer, max_length: int | None, expected: str | None = None) -> list[Sample]:
    """Reads all samples of a file. Raises BadData naming the line; nothing is repaired, cut or passed over.

    expected: `sha256:…` of the file as it was when the job was planned, since others may write it anew while a queue is worked through.
    """
    try:
        content = path.read_bytes()
        _refuse_other(content, expected, path.name)
        lines = content.decode("utf8").split("\n")  # splitlines() also splits at U+2028, which JSON allows inside strings
    except OSError as error:
        raise BadData(f"cannot read the samples: {error.strerror}", where=path.name) from error
    except UnicodeDecodeError as error:
        raise BadData(f"the samples are not UTF-8: {error.reason} at byte {error.start}", where=path.name) from error
    samples = [
        _parse(line, f"{path.name}:{number}", tokenizer, max_length)
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]
    return samples


def _refuse_other(content: bytes, expected: str | None, where: str) -> None:
    found = f"sha256:{hashlib.sha256(content).hexdigest()}"
    if expected is not None and found != expected:
        raise BadData(
            "the samples have changed since the training was planned",
            where=where,
            expected=expected,
            found=found,
            todo="run the same command again: it trains on the new ones",
        )


def read_job(job, tokenizer: SpanTokenizer) -> tuple[list[list[Sample]], list[list[Sample]]]:
    """The samples to train on and those to validate with, file by file. Raises BadData."""
    read = lambda path: read_samples(path, tokenizer, job.max_length, job.hashes.get(path))
    files, validation = [read(path) for path in job.train], [read(path) for path in job.validation]
    if not any(files):
        raise BadData("no samples to train on", where=job.train[0].name, todo="write more traces, and build the data again")
    return files, validation


def by_prompt(samples: list[Sample]) -> list[list[Sample]]:
    """The samples of each prompt of a file, in the order of their first ones."""
    prompts: dict[str, list[Sample]] = {}
    for sample in samples:
        prompts.setdefault(sample.augmented, []).append(sample)
    return list(prompts.values())


def _augmented(row: dict) -> str:
    meta = row.get("meta")
    return json.dumps(meta.get("augmented") or {}, sort_keys=True) if isinstance(meta, dict) else "{}"


def _members(row: dict) -> tuple[str, list[tuple[str, bool]]]:
    """Checked one by one: Python would train on `"train": "false"`, as that is true, and a number is no text to any tokenizer."""
    name, spans = row["id"], [(span["text"], span["train"]) for span in row["spans"]]
    if not all(isinstance(text, str) for text in (name, *(text for text, _ in spans))):
        raise TypeError("id and texts must be strings")
    if not all(isinstance(train, bool) for _, train in spans):
        raise TypeError("train must be true or false")
    if any("\ud800" <= letter <= "\udfff" for text in (name, *(text for text, _ in spans)) for letter in text):
        raise ValueError("half a surrogate pair, which JSON can write and no tokenizer reads")
    return name, spans


def _parse(line: str, where: str, tokenizer: SpanTokenizer, max_length: int | None) -> Sample:
    try:
        row = json.loads(line)
        name, spans = _members(row)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadData(
            f"not a sample: {error!r}", where=where, expected='{"id", "spans": [{"text", "train"}], …}', found=line[:80]
        ) from error
    ids: list[int] = []
    labels: list[int] = []
    for text, train in spans:  # ids and labels grow together, so that they cannot drift apart
        tokens = tokenizer.encode(text)
        ids += tokens
        labels += tokens if train else [IGNORED] * len(tokens)
    sample = Sample(name, ids, labels, _augmented(row))
    if not any(label != IGNORED for label in labels):
        raise BadData("a sample without a trained token", where=f"{where} ({name})", expected="a span with train: true")
    if sample.first_trained == 0:
        raise BadData("a sample that is trained from its first token", where=f"{where} ({name})", expected="a prompt before it")
    if max_length is not None and len(ids) > max_length:
        raise BadData(
            "a sample longer than max_length",
            where=f"{where} ({name})",
            expected=f"at most {max_length} tokens",
            found=f"{len(ids)} tokens",
            todo="raise max_length in the recipe, or lower contextLength and build the data again",
        )
    return sample

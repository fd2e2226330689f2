"""English words by frequency, out of the language reference that ships with Python; and made-up words."""

import functools
import random
import re
from collections import Counter

from everyday import EVERYDAY


@functools.cache
def reference_text() -> str:
    """About 480,000 characters of ordinary technical English and code, present wherever Python is."""
    from pydoc_data.topics import topics

    return "\n\n".join(topics[key] for key in sorted(topics))


@functools.cache
def english_words() -> list[str]:
    counts = Counter(re.findall(r"(?<![\w.])[a-z]{3,12}(?![\w(])", reference_text()))
    return sorted((word for word, n in counts.items() if n >= 3), key=lambda word: (-counts[word], word))


ONSETS = "b bl br c ch cl d dr f fl g gl gr h j k kl l m n p pl pr qu r s sh sk sl sp st t tr v w z".split()
VOWELS = "a e i o u ai ea oo ou ie".split()
CODAS = ["", "", "b", "ck", "d", "g", "l", "m", "n", "nd", "p", "r", "rt", "s", "st", "t", "x"]


def made_up_word(rng: random.Random) -> str:
    syllables = rng.choice([1, 2, 2, 2, 3])
    return "".join(rng.choice(ONSETS) + rng.choice(VOWELS) + (rng.choice(CODAS) if i == syllables - 1 or rng.random() < 0.3 else "")
                   for i in range(syllables))


def spliced_word(rng: random.Random) -> str:
    """The head of one word with the tail of another: brings tokens to be copied that whole words have not."""
    words = english_words()
    head, tail = rng.choice(words), rng.choice(words)
    return head[: rng.randint(1, 4)] + tail[-rng.randint(2, 5) :]


def any_word(rng: random.Random) -> str:
    if rng.random() < 0.2:
        return made_up_word(rng) if rng.random() < 0.6 else spliced_word(rng)
    words = EVERYDAY if rng.random() < 0.45 else english_words()
    return words[int(len(words) * rng.random())]

"""Prints what the base reads, as JSON lines {"tools": [names], "text"}: python show_text.py UNIVERSES [SEED]. Another seed, other text."""

import json
import random
import sys

from chat_format import render_messages, render_system
from conversations import conversation
from universe import make_universe

CONVERSATIONS = 10


def main(universes: int, seed: int = 0) -> None:
    rng = random.Random(f"show {seed}")
    for _ in range(universes):
        tools = make_universe(rng, rng.randint(1, 20))
        pieces = [piece for _ in range(CONVERSATIONS) for piece, _ in render_messages(conversation(rng, tools, 0.2))]
        print(json.dumps({"tools": [tool.name for tool in tools], "text": render_system(tools) + "".join(pieces)}, ensure_ascii=False))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

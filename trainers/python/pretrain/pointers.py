"""Where some attention heads should look: shown to them in training (`pointer_loss`), so that they need not find out.

A tiny model learns by itself to go on copying, but takes millions of tokens to find out where to begin and which tool is meant. Four kinds:
`begin`: from the token before a name, key or value of a call to the places where it began earlier; `words`: from the token before the
name to the words of the query that the tool's definition has, too; `owner`: from each token of a definition to its tool's name;
`tool`: from the token before the name to the definition of the tool that is called.
"""

import functools

import numpy as np
import torch


@functools.cache
def token_texts(tokenizer) -> list[str]:
    return [tokenizer.id_to_token(index) for index in range(tokenizer.get_vocab_size())]


@functools.cache
def plain_ids(tokenizer) -> np.ndarray:
    """Each token's id without the space before it, in lower case where there is such a token."""
    plain = np.arange(tokenizer.get_vocab_size())
    for index, text in enumerate(token_texts(tokenizer)):
        for other in (text.removeprefix("Ġ"), text.removeprefix("Ġ").lower()):
            found = tokenizer.token_to_id(other) if other else None
            plain[index] = found if found is not None else plain[index]
    return plain


def phrases(texts: list[str], start: int, end: int) -> list[tuple[int, int]]:
    """The strings and numbers of a call as token ranges."""
    found, i = [], start + 1
    while i < end:
        before = texts[i - 1]
        if before.endswith('"') and not texts[i].startswith('"'):
            stop = next((j for j in range(i, end) if texts[j].startswith('"')), end)
        elif before == "Ġ" and texts[i].isdigit():
            stop = next((j for j in range(i, end) if not texts[j].replace(".", "0").isdigit()), end)
        else:
            i += 1
            continue
        found.append((i, stop))
        i = stop + 1
    return found


def definitions(here: list[str], prefix: int) -> list[tuple[int, int]]:
    """For each tool where its name starts and where its parameters start."""
    names = [i for i in range(4, prefix) if here[i - 1] == 'Ġ"' and here[i - 3] == "name" and here[i - 4] == 'Ġ{"']
    return [(i, next((j for j in range(i, prefix) if here[j] == "parameters"), prefix)) for i in names]


def find_pointers(tokenizer, ids: list[int], segment: list[int], calls: list[tuple[int, int, int]]) -> dict[str, list]:
    """For each kind a list of (position that looks, places to look at). `calls`: start, end and segment of each call."""
    texts, plain = token_texts(tokenizer), plain_ids(tokenizer)
    here, canon = [texts[i] for i in ids], plain[ids]
    prefix = segment.index(1) if 1 in segment else len(ids)
    places: dict[int, list[int]] = {}
    for position, token in enumerate(canon):
        places.setdefault(int(token), []).append(position)
    tools = definitions(here, prefix)
    found = {"begin": [], "words": [], "tool": [], "owner": [(d, [name]) for name, end in tools for d in range(name + 1, end, 3)]}
    for start, end, own in calls:
        ranges, tool = phrases(here, start, end), None
        for order, (first, stop) in enumerate(ranges):
            if order in (0, 2):  # the words `name` and `arguments`
                continue
            length = stop - first
            same = [j for j in places[int(canon[first])] if j + length <= first and (j < prefix or segment[j] == own) and (canon[j : j + length] == canon[first:stop]).all()]
            if order == 1:
                tool = next(((n, e) for n, e in tools if n in same and here[n + length] == '",'), None)
                good = [tool[0]] if tool else []
                if tool:
                    found["tool"].append((first - 1, list(range(*tool))))
                    found["words"].append((first - 1, telling_words(here, canon, tools, tool, range(segment.index(own), start))))
            elif here[stop] == '":':
                after = next((n for n, _ in tools if tool and n > tool[0]), prefix)
                good = [j for j in same if tool and tool[0] < j < after and here[j + length].startswith('":')]
            else:
                good = [j for j in same if prefix <= j < start] or [j for j in same if j < prefix and tool and j > tool[0]]
            found["begin"].append((first - 1, good))
    return {kind: [(position, good) for position, good in pairs if good] for kind, pairs in found.items()}


COMMON = set("the for and you are can with all from that this called into not one what some any only".split())


def telling_words(here, canon, tools, tool, query: range) -> list[int]:
    """Where the query has words of this tool's name and description that at most a third of the other tools have."""
    own = {int(canon[i]) for i in range(*tool) if here[i].removeprefix("Ġ").isalpha() and len(here[i]) > 2 and here[i].removeprefix("Ġ").lower() not in COMMON}
    others = [{int(token) for token in canon[slice(*other)]} for other in tools if other != tool]
    telling = {token for token in own if sum(token in other for other in others) * 3 <= len(others)}
    return [i for i in query if int(canon[i]) in telling]


def pointer_loss(q: torch.Tensor, k: torch.Tensor, batch: dict, kind: str) -> torch.Tensor:
    """Minus the log of the attention that falls on the places shown. q, k: [rows, heads, tokens, size] of the heads to teach."""
    losses = []
    for row, kinds in enumerate(batch["pointers"]):
        pointers = kinds.get(kind, [])
        if not pointers:
            continue
        positions = torch.tensor([position for position, _ in pointers], device=q.device)
        shown = torch.zeros(len(pointers), q.shape[2], dtype=torch.bool, device=q.device)
        for index, (_, good) in enumerate(pointers):
            shown[index, good] = True
        segment = batch["segment"][row]
        visible = ((segment == 0) | (segment[None] == segment[positions][:, None])) & (torch.arange(len(segment), device=q.device)[None] <= positions[:, None])
        scores = (q[row][:, positions] @ k[row].transpose(-1, -2)).float() * q.shape[-1] ** -0.5
        weights = scores.masked_fill(~visible, -1e9).log_softmax(-1)
        losses.append(-weights.masked_fill(~shown, -1e9).logsumexp(-1).flatten())
    return torch.cat(losses).mean() if losses else q.sum() * 0

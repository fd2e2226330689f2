"""Parameters that are arrays of objects: records with nested lists, links between things, facts, text changes."""

import random

import values
from parameters import Parameter, joined, quoted
from words import any_word

KINDS = "person company project city tool place team product language event animal book system school game hobby".split()
RELATIONS = ["works at", "lives in", "knows", "owns", "depends on", "is part of", "uses", "manages", "reports to", "belongs to", "is next to", "likes",
             "was made by", "leads", "studies at", "is married to", "teaches", "maintains", "visits", "sells"]


def restyle_relation(rng: random.Random):
    """How one tool writes relations: as said, with underscores, or in capitals. Fixed per tool would be better known than guessed."""
    return rng.choice([str, str, lambda words: words.replace(" ", "_")])


def array_of(properties: dict, required: list[str], description: str, rng: random.Random) -> dict:
    items = {"type": "object", "properties": properties, "required": required}
    if rng.random() < 0.3:
        items["additionalProperties"] = False
    return {"type": "array", "items": items} | ({"description": description} if rng.random() < 0.5 else {})


def string(rng: random.Random, description: str) -> dict:
    return {"type": "string", "description": description} if rng.random() < 0.5 else {"type": "string"}


def records(rng: random.Random, thing: list[str]) -> Parameter:
    name_key = rng.choice(["name", "title", "label", "id"])
    kind_key = rng.choice(["kind", "type", "category", "class", "sort", f"{thing[0]}Type", f"{thing[0]}_type"])
    list_key = rng.choice(["facts", "notes", "remarks", "details", "comments", "properties", "tags", "traits", "known"])
    properties = {name_key: string(rng, f"How the {thing[0]} is called"), kind_key: string(rng, "What kind it is"),
                  list_key: {"type": "array", "items": {"type": "string"}} | ({"description": "What is known"} if rng.random() < 0.5 else {})}

    def one(r):
        value = {name_key: values.proper_name(r), kind_key: r.choice(KINDS + [any_word(r)]), list_key: [values.trait(r) for _ in range(r.choice([1, 1, 2, 2, 3]))]}
        name, kind = quoted(r, value[name_key]), value[kind_key]
        facts = joined(r, value[list_key], r.choice([" and ", ", ", " and "]))
        return value, r.choice(["{n} is a {k} who {f}", "{n} ({k}): {f}", "{n}, a {k}, {f}", "{n}, {k}, who {f}", "{n}: a {k} that {f}", "the {k} {n}, which {f}",
                                "{n}, type {k}, {f}", "a {k} named {n} that {f}"]).format(n=name, k=kind, f=facts)

    def sample(r):
        pairs = [one(r) for _ in range(r.choice([1, 1, 1, 2, 2, 3]))]
        return [value for value, _ in pairs], joined(r, [words for _, words in pairs], r.choice(["; and ", "; ", ". Also "])).replace(", a new", "; a new")
    name = rng.choice([thing[1], "items", "records", "entries", "new_items"])
    return Parameter(name, array_of(properties, list(properties), f"The {thing[1]} to store", rng), sample, True, "records")


def pairs(rng: random.Random, thing: list[str]) -> Parameter:
    left, right = rng.choice([("source", "target"), ("subject", "object"), ("left", "right"), ("a", "b"), ("start", "end"), ("parent", "child"), ("from", "to"), ("head", "tail")])
    kind = rng.choice(["kind", "type", "relation", "link", "label", "verb", "linkType", "relation_type"])
    order = rng.choice([[left, right, kind], [left, kind, right]])
    about = {left: "Where the link starts", right: "Where the link ends", kind: "How they are connected"}
    style = restyle_relation(rng)

    def one(r):
        a, b, relation = values.proper_name(r), values.proper_name(r), r.choice(RELATIONS)
        filled = {left: a, right: b, kind: style(relation)}
        return {key: filled[key] for key in order}, f"{quoted(r, a)} {relation} {quoted(r, b)}"

    def sample(r):
        made = [one(r) for _ in range(r.choice([1, 1, 1, 2, 2, 3]))]
        return [value for value, _ in made], joined(r, [words for _, words in made], r.choice([" and ", ", "]))
    described = "Links between things" + (", the kind with underscores" if style("a b") != "a b" else "")
    schema = array_of({key: string(rng, about[key]) for key in order}, order, described, rng)
    if style("a b") != "a b":
        schema["description"] = described
    return Parameter(rng.choice(["links", "connections", "edges", "pairs", "relationships"]), schema, sample, True, "pairs")


def facts(rng: random.Random, thing: list[str]) -> Parameter:
    name_key = rng.choice([f"{thing[0]}_name", f"{thing[0]}Name", "about", "subject", "name", "target"])
    list_key = rng.choice(["facts", "remarks", "contents", "lines", "details", "additions", "texts"])

    def one(r):
        value = {name_key: values.proper_name(r), list_key: [values.trait(r) for _ in range(r.choice([1, 1, 2, 3]))]}
        return value, r.choice(["{n} {f}", "{n}: {f}", "{n} also {f}"]).format(n=quoted(r, value[name_key]), f=joined(r, value[list_key], " and "))

    def sample(r):
        made = [one(r) for _ in range(r.choice([1, 1, 1, 2]))]
        return [value for value, _ in made], joined(r, [words for _, words in made], r.choice(["; ", "; and "]))
    schema = array_of({name_key: string(rng, f"Which {thing[0]}"), list_key: {"type": "array", "items": {"type": "string"}}}, [name_key, list_key], "What to add", rng)
    return Parameter(rng.choice(["facts", "additions", "remarks", "items", "notes"]), schema, sample, True, "facts")


def edits(rng: random.Random, thing: list[str]) -> Parameter:
    old, new = rng.choice([("old", "new"), ("find", "replace"), ("search", "replacement"), ("before", "after"), ("oldValue", "newValue"), ("from_text", "to_text"), ("old_string", "new_string")])

    def one(r):
        value = {old: values.text(r).split("\n")[0] if r.random() < 0.4 else values.phrase(r), new: values.text(r).split("\n")[0] if r.random() < 0.4 else values.phrase(r)}
        a, b = (quoted(r, text, True) for text in value.values())
        return value, r.choice(["{a} by {b}", "{a} with {b}", "{a} to {b}", "{a} becomes {b}", "put {b} where it says {a}", "use {b} instead of {a}"]).format(a=a, b=b)

    def sample(r):
        made = [one(r) for _ in range(r.choice([1, 1, 1, 2]))]
        return [value for value, _ in made], joined(r, [words for _, words in made], " and ")
    about = {old: "Text that is there now", new: "Text to put there"}
    return Parameter(rng.choice(["edits", "changes", "replacements", "patches", "operations"]),
                     array_of({key: string(rng, about[key]) for key in (old, new)}, [old, new], "Changes, one after another", rng), sample, True, "edits")


BUILDERS = {"records": records, "pairs": pairs, "facts": facts, "edits": edits}

"""Descriptions as servers write them: what a tool does, then remarks, and the names of other tools that should be used instead."""

import random

import roles

REMARKS = ["Returns a JSON object.", "Use this when {n} is meant.", "Fails if there is no such {w}.", "Handy for daily work with {ns}.", "The answer is short text.",
           "Needs no login.", "It may take a few seconds on a large {w}.", "Nothing else is changed.", "An error is given when something is missing.",
           "Prefer this over other tools for {ns}.", "Several at once are fine.", "Works for every kind of {w}.", "Relative and absolute forms are both understood.",
           "Does not touch other {ns}.", "The result has one line for each {w}.", "Ask first if unsure.", "Only what the user may see is returned.",
           "Can be called again without harm.", "Large {ns} are cut off.", "Also known as the {w} service.", "Dates follow ISO 8601.", "Times are in UTC.",
           "The {w} has to be there before the call.", "Quota: sixty calls a minute.", "Answers come sorted by name.", "Optional settings narrow the answer down.",
           "Give the full name, not a part of it.", "Letters' case does not matter.", "The caller must own the {w} or be an administrator.", "Results hold id, name and date.",
           "When {n} is locked, the call waits up to five seconds.", "An empty answer means that nothing was found.", "Useful at the start of a piece of work, to learn what is there.",
           "Every call is written to the audit trail.", "If several {ns} fit, the newest one is taken.", "Text is taken as UTF-8.", "Output longer than 10,000 characters is shortened.",
           "Beta: details of the answer may still change.", "Works offline, too.", "The change is visible to everybody at once.", "Wildcards such as * are allowed.",
           "Do not guess names; look them up before.", "Parameters that are left out keep their old values.", "Returns true on success.", "Meant for {ns} only.",
           "Takes plain text or markdown.", "Costs one credit.", "Warning: large {ns} make this slow.", "This is what most people want when they talk of {ns}.",
           "On failure the answer tells the reason.", "It helps to understand how {ns} are organised.", "Best used after an overview of the {ns}."]
# One server says the same on all its tools.
SHARED = ["Works inside the configured {p} only.", "Requires the scope {p}:use.", "Part of the {p} server.", "All names are relative to the {p}.", "Available to members of the {p}.",
          "The {p} has to be connected.", "See the {p} handbook for limits."]
REFERENCES = ["Use {t} for the opposite.", "To do so for many, see {t}.", "Unlike {t}, this takes one step.", "Call {t} first when the name is not known.", "Not to be confused with {t}.",
              "For anything else there is {t}.", "See also: {t}.", "If it fails, try {t}.", "Cheaper than {t}.", "Often followed by {t}."]


def describe(rng: random.Random, sentences: list[str], thing: list[str]) -> str:
    chosen = [rng.choice(sentences)] + rng.sample(REMARKS, k=rng.choice([0, 0, 1, 1, 2, 3, 5]))
    if rng.random() < 0.2:
        chosen.insert(rng.randint(1, len(chosen)), rng.choice(sentences))
    noun = rng.choice([thing[0], thing[0], rng.choice(thing[2].split(","))])
    slots = {"{ns}": thing[1], "{n}": rng.choice([roles.article(noun), f"one {noun}", f"the {noun}", f"a given {noun}"]), "{w}": thing[0]}
    text = " ".join(dict.fromkeys(chosen))
    for slot, words in slots.items():
        text = text.replace(slot, words)
    return text[0].upper() + text[1:]


def add_server_talk(rng: random.Random, tools: list, place: str) -> None:
    """A remark that all tools share, and pointers from tool to tool: words in a description that say nothing about this tool."""
    shared = rng.choice(SHARED).replace("{p}", place) if rng.random() < 0.2 else ""
    refer = rng.random() < 0.35
    for tool in tools:
        if shared and rng.random() < 0.9:
            tool.description += " " + shared
        if refer and len(tools) > 2 and rng.random() < 0.4:
            tool.description += " " + rng.choice(REFERENCES).replace("{t}", rng.choice([other for other in tools if other is not tool]).name)

"""Random tool universes: the tools on offer in one conversation, each with a JSON Schema and ways to ask for it."""

import random
import re
from dataclasses import dataclass

import roles
from descriptions import add_server_talk, describe
from nouns import ADJECTIVES, PLACES, THINGS
from parameters import Parameter, as_pydantic, clash, odd_parameter, optional_parameter, restyled
from verbs import ACTIONS
from words import any_word, made_up_word

# Tools of the demo's servers: the base must meet them for the first time.
FORBIDDEN = set("""read_file read_text_file read_media_file read_multiple_files write_file edit_file create_directory list_directory
list_directory_with_sizes directory_tree move_file search_files get_file_info list_allowed_directories create_entities create_relations
add_observations delete_entities delete_observations delete_relations read_graph search_nodes open_nodes""".split())

PATH_THINGS = [thing for thing in THINGS if thing[3] in ("path", "folder")]
LIST_LIKE = {"list", "search", "count", "tree", "dump", "where"}


@dataclass
class Tool:
    name: str
    description: str
    parameters: list[Parameter]
    requests: list[str]
    thing: list[str]
    concept: str
    schema_extras: dict
    pydantic: bool = False  # its schema is written as pydantic does

    def definition(self) -> dict:
        schema = {"type": "object", "properties": {p.name: as_pydantic(p) if self.pydantic else p.schema for p in self.parameters}}
        required = [p.name for p in self.parameters if p.required]
        if required or "always_required" in self.schema_extras:
            schema["required"] = required
        schema.update({key: value for key, value in self.schema_extras.items() if key != "always_required"})
        if self.pydantic:
            schema["title"] = f"{self.name}Arguments"
        return {"type": "function", "function": {"name": self.name, "description": self.description, "parameters": schema}}


def slots_of(requests: list[str]) -> list[str]:
    found = dict.fromkeys(slot for request in requests for slot in re.findall(r"{(\w+)}", request) if slot not in ("n", "ns"))
    order = ["key", "newkey", "keys"]
    return sorted(found, key=lambda slot: order.index(slot) if slot in order else 9)


BETWEEN = {"target": "to", "content": "with the text", "person": "to", "other": "with", "format": "as", "newname": "to", "date": "on", "words": "with", "query": "for",
           "score": "with", "records": ":", "pairs": ":", "facts": ":", "edits": ":"}


def literal_requests(verb: str, requests: list[str], concept: str) -> list[str]:
    """Requests in the tool's own words, for the beginning of the curriculum."""
    slots = slots_of(requests)
    first = f"{{{slots[0]}}}" if slots and slots[0] in ("key", "newkey", "keys") else "{ns}"
    rest = [f"{BETWEEN.get(slot, '')} {{{slot}}}" for slot in slots if f"{{{slot}}}" != first]
    words = " ".join([verb.replace("_", " "), first, *rest]).replace(" :", ":")
    return [words, f"I want to {words}", f"let us {words}"]


def add_parameters(rng: random.Random, parameters: list[Parameter], concept: str, thing: list[str], extras: float) -> None:
    if concept in ("make", "send", "share") and rng.random() < 0.6 * extras:
        content = roles.build(rng, "content", thing)
        inner, lead = content.sample, [" with the text ", " that says ", ", content: ", ": ", " with the content ", " reading "]
        content.sample = lambda r: (lambda s: (s[0], r.choice(lead) + s[1]))(inner(r))
        content.role = "tail"
        parameters.append(content)
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2, 3]) if rng.random() < extras else 0):
        option = optional_parameter(rng)
        if not any(clash(option, other) for other in parameters):
            option.required = rng.random() < 0.15
            parameters.append(option)


def style_names(rng: random.Random, parameters: list[Parameter], style: str) -> list[Parameter]:
    unique = {}
    for parameter in parameters:
        parameter.name = restyled(rng, parameter.name, "camel" if style == "camel" else "snake")
        unique.setdefault(parameter.name, parameter)
    return list(unique.values())


def make_tool(rng: random.Random, thing: list[str], action, style: str, literal: float, extras: float) -> Tool:
    concept, names, sentences, requests = action
    parameters = [roles.build(rng, slot, thing) for slot in slots_of(requests)]
    for parameter in parameters:
        if parameter.role == "container":
            parameter.required = rng.random() < 0.4
    if concept == "list" and rng.random() < 0.3:
        parameters = []
    add_parameters(rng, parameters, concept, thing, extras)
    noun = rng.choice([thing[0], thing[1]]) if concept in LIST_LIKE or concept.endswith("many") else thing[0]
    verb = rng.choice(names.split())
    if rng.random() < literal:
        requests = literal_requests(verb, requests, concept)
    words = rng.choice([f"{verb}_{noun}"] * 5 + [f"{noun}_{verb}", f"{verb}_{rng.choice(ADJECTIVES)}_{noun}", f"{verb}_{rng.choice(PLACES)}_{noun}"])
    if rng.random() < 0.04:
        words = rng.choice(["tool", "fn", "op", made_up_word(rng)]) + "_" + rng.choice([made_up_word(rng), str(rng.randint(1, 99))])
    return Tool(restyled(rng, words, style), describe(rng, sentences, thing), style_names(rng, parameters, style), requests, thing, concept, schema_extras(rng))


def schema_extras(rng: random.Random) -> dict:
    extras = {}
    if rng.random() < 0.3:
        extras["additionalProperties"] = False
    if rng.random() < 0.12:
        extras["$schema"] = "http://json-schema.org/draft-07/schema#"
    if rng.random() < 0.5:
        extras["always_required"] = True
    return extras


def odd_tool(rng: random.Random, style: str) -> Tool:
    """A tool made of words that mean nothing: request and description share them, so they must be copied."""
    verb, noun = rng.choice([made_up_word, any_word])(rng), rng.choice([made_up_word, any_word])(rng)
    thing = [noun, noun + "s", noun, rng.choice(["id", "name", "title"])]
    parameters = [odd_parameter(rng) for _ in range(rng.choice([1, 1, 2, 3]))]
    for index, parameter in enumerate(parameters):
        parameter.required = index == 0 or rng.random() < 0.5
    sentences = [f"{verb.capitalize()} a {noun}.", f"Use it to {verb} {noun}s.", f"This will {verb} the {noun}."]
    requests = [f"{verb} the {noun}", f"please {verb} a {noun}", f"I want to {verb} {noun}s", f"the {noun} needs a {verb}", f"can you {verb} our {noun}?"]
    return Tool(restyled(rng, f"{verb}_{noun}", style), describe(rng, sentences, thing), style_names(rng, parameters, style), requests, thing, "odd", schema_extras(rng))


def make_universe(rng: random.Random, size: int, literal: float = 0.1, odd: float = 0.12, extras: float = 1.0) -> list[Tool]:
    """`size` tools on a few things (so that names resemble one another), no two of which do the same to the same thing.

    literal: share of tools asked for in their own words; odd: share of tools made of meaningless words; extras: how often a tool has options.
    """
    things = []
    for thing in rng.sample(THINGS, k=max(1, min(round(size * rng.choice([0.2, 0.35, 0.5, 0.8])), 12))) + rng.sample(PATH_THINGS, k=rng.choice([0, 1, 1])):
        if not any(thing[0] == other[0] or thing[0] in other[2].split(",") or other[0] in thing[2].split(",") for other in things):
            things.append(thing)
    styles = [rng.choice(["snake", "snake", "snake", "camel", "kebab"])] * 4 + [rng.choice(["snake", "camel", "kebab"])]
    prefix = rng.choice([made_up_word(rng), *PLACES]) + "_" if rng.random() < 0.12 else ""  # some servers put their own name before each tool's
    taken, names, tools = set(), set(), []
    while len(tools) < size:
        if rng.random() < odd:
            tool = odd_tool(rng, rng.choice(styles))
        else:
            tool = make_tool(rng, rng.choice(things), rng.choice(ACTIONS), rng.choice(styles), literal, extras)
        place = (tool.thing[0], tool.concept)
        plain = re.sub(r"[-\s]|(?<=[a-z])(?=[A-Z])", "_", tool.name).lower()
        tool.name = prefix + tool.name if "-" not in tool.name else tool.name
        if plain in FORBIDDEN or tool.name in names or (place in taken and tool.concept != "odd"):
            if rng.random() < 0.05:
                things.append(rng.choice(THINGS))
            continue
        taken.add(place)
        names.add(tool.name)
        tools.append(tool)
    pydantic = rng.random() < 0.15
    for tool in tools:
        tool.pydantic = pydantic
    add_server_talk(rng, tools, rng.choice(PLACES))
    return tools

"""Parameters of random tools: JSON schema, a value, and how a request words that value.

A Parameter knows its name, its schema and `sample(rng) -> (value, words)`: the argument and its wording inside the request.
"""

import random
from dataclasses import dataclass
from typing import Any, Callable

import values
from nouns import PLACES
from words import any_word, made_up_word

Sample = Callable[[random.Random], tuple[Any, str]]


@dataclass
class Parameter:
    name: str
    schema: dict
    sample: Sample
    required: bool = True
    role: str = ""


def quoted(rng: random.Random, value: str, always: bool = False) -> str:
    """The value as people write it: bare, or in one of several kinds of quotes. Where it would run into the words around it, mostly in quotes."""
    unclear = " " in value and (value == value.lower() or not value.replace(" ", "").isalpha())
    if "\n" in value or value[-1] in ".!?:," or (unclear and rng.random() < 0.85) or (always and rng.random() < 0.7) or rng.random() < 0.35:
        mark = rng.choice(['"', '"', '"', "'", "`"])
        return f"{mark}{value}{mark}"
    return value


def joined(rng: random.Random, parts: list[str], last: str | None = None) -> str:
    if len(parts) == 1:
        return parts[0]
    comma = rng.choice([", ", ", ", "; "])
    return comma.join(parts[:-1]) + (last or rng.choice([" and ", " and ", ", and ", ", "])) + parts[-1]


def restyled(rng: random.Random, name: str, style: str) -> str:
    words = name.split("_")
    if style == "camel":
        return words[0] + "".join(word.capitalize() for word in words[1:])
    return "-".join(words) if style == "kebab" else name


def text_schema(rng: random.Random, description: str, **more) -> dict:
    schema = {"type": "string", **more}
    if rng.random() < 0.6:
        schema["description"] = description
    return schema


def strings(maker, least: int = 1) -> Sample:
    def sample(rng):
        items = [maker(rng) for _ in range(max(least, rng.choice([1, 2, 2, 3, 3, 4])))]
        mark = rng.choice(["", "", '"', "'"])
        return items, joined(rng, [f"{mark}{item}{mark}" for item in items])
    return sample


def enum(rng: random.Random, options: list[str]) -> tuple[dict, Sample]:
    return {"type": "string", "enum": options}, lambda r: (lambda v: (v, quoted(r, v)))(r.choice(options))


ENUMS = [("format", "pdf html text markdown json csv".split()), ("priority", "low normal high urgent".split()), ("status", "open closed waiting done".split()),
         ("sort_by", "name size date owner".split()), ("order", "ascending descending".split()), ("color", "red green blue black white".split()),
         ("level", "basic medium expert".split()), ("unit", "meter mile inch yard".split()), ("language", "english german french spanish italian".split()),
         ("mode", "fast careful silent".split()), ("visibility", "public private shared".split()), ("encoding", "utf8 ascii latin1".split()),
         ("size", "small medium large".split()), ("period", "day week month year".split())]

ENUM_WORDS = [" with {name} {v}", ", {name} {v}", " ({name}: {v})", ", {v} {name}", ", use {v} as {name}", " and make the {name} {v}"]

NUMBERS = [("limit", 1, 50, ["at most {v}", "no more than {v}", "only the first {v}", "{v} of them at most", "limit {v}"]),
           ("max_results", 1, 99, ["at most {v} results", "no more than {v} hits", "stop after {v}", "{v} results are enough"]),
           ("page", 1, 20, ["page {v}", "go to page {v}"]), ("depth", 1, 9, ["{v} levels deep", "down to level {v}", "depth {v}"]),
           ("first_lines", 1, 200, ["only the first {v} lines", "the top {v} lines", "just {v} lines from the start"]),
           ("last_lines", 1, 200, ["only the last {v} lines", "the final {v} lines", "just the {v} lines at the end"]),
           ("top", 1, 99, ["the first {v} lines are enough", "top {v}", "only the beginning, {v} lines"]),
           ("bottom", 1, 99, ["the last {v} lines are enough", "bottom {v}", "only the end, {v} lines"]),
           ("timeout", 1, 600, ["wait {v} seconds at most", "give up after {v} seconds", "timeout {v}"]),
           ("quantity", 1, 40, ["{v} pieces", "quantity {v}", "{v} times"]), ("year", 1990, 2030, ["for the year {v}", "from {v}", "year {v}"]),
           ("width", 10, 2000, ["{v} wide", "with a width of {v}"]), ("days", 1, 60, ["for {v} days", "over {v} days", "within {v} days"])]

FLAGS = [("recursive", ["including everything below", "with all subfolders", "recursively"]), ("force", ["even if it is in use", "by force", "no matter what"]),
         ("dry_run", ["but only as a trial", "just pretend", "as a dry run"]), ("include_hidden", ["including hidden ones", "hidden ones too", "also what is hidden"]),
         ("overwrite", ["replace what is there", "overwrite an older one", "even if there is one already"]), ("notify", ["and tell everybody", "with a notification"]),
         ("case_sensitive", ["mind upper and lower case", "case matters"]), ("verbose", ["with all details", "as detailed as possible"]),
         ("pinned", ["pin it at the top", "and keep it pinned"]), ("public", ["make it public", "everyone may see it"])]

EXTRA_TEXTS = [("author", values.person, ["by {v}", "written by {v}", "author {v}"]), ("since", values.date, ["since {v}", "not older than {v}", "from {v} on"]),
               ("until", values.date, ["until {v}", "before {v}", "up to {v}"]), ("due_date", values.date, ["due on {v}", "to be done by {v}", "due {v}"]),
               ("email", values.email, ["mail address {v}", "with the e-mail {v}", "reachable at {v}"]), ("owner", values.person, ["owned by {v}", "{v} is the owner", "for {v}"]),
               ("reason", values.title, ["because of {v}", "the reason is {v}", "reason: {v}"]), ("url", values.url, ["from {v}", "link {v}", "see {v}"]),
               ("subject", values.title, ["with the subject {v}", "subject {v}"]), ("city", values.proper_name, ["in {v}", "city {v}"]),
               ("pattern", lambda r: r.choice(["*.", "**/*."]) + r.choice(values.EXTENSIONS), ["matching {v}", "that fit {v}", "with the pattern {v}"]),
               ("category", values.title, ["in the category {v}", "category {v}", "filed as {v}"])]

EXTRA_LISTS = [("tags", any_word, ["tagged {v}", "with the tags {v}", "tags: {v}"]), ("exclude", any_word, ["but not {v}", "leaving out {v}", "without {v}", "except {v}"]),
               ("attendees", values.person, ["with {v}", "together with {v}", "{v} will be there"]), ("fields", any_word, ["only the fields {v}", "with {v} only"]),
               ("ignore_patterns", lambda r: r.choice(["*.", "", "**/*."]) + any_word(r), ["ignoring {v}", "skip {v}", "but leave out {v}"]),
               ("cc", values.email, ["copy to {v}", "with {v} in cc"])]


# Names of one line cannot be told apart by how requests word them, so a tool has one of them at most.
ALIKE = [set(names.split()) for names in ["limit max_results top first_lines quantity score points amount number", "last_lines bottom", "since url year", "city container attendees fields cc",
                                          "tags category words labels keywords", "author owner person to", "due_date until date days", "exclude ignore_patterns", "level depth",
                                          "query text pattern", "format type encoding"]]


def clash(one: Parameter, other: Parameter) -> bool:
    names = words_of(one), words_of(other)
    return bool(names[0] & names[1]) or any(all(group & pair for pair in names) for group in ALIKE)


def words_of(parameter: Parameter) -> set[str]:
    """Its name and role, and the names inside an object of settings."""
    return {parameter.name, *filter(None, [parameter.role]), *parameter.schema.get("properties", {})}


def as_pydantic(parameter: Parameter) -> dict:
    """The schema as Python servers publish it: a title for each parameter, and optional ones that may be null."""
    schema, title = dict(parameter.schema), parameter.name.replace("_", " ").title()
    if parameter.required:
        return schema | {"title": title}
    about = {"description": schema.pop("description")} if "description" in schema else {}
    schema.pop("default", None)
    return {"anyOf": [schema, {"type": "null"}], "default": None} | about | {"title": title}


def nested(rng: random.Random) -> Parameter:
    """An object of settings, some of which a request names."""
    inner = []
    for _ in range(rng.choice([2, 2, 3])):
        option = optional_parameter(rng, deep=False)
        if not any(clash(option, other) for other in inner):
            inner.append(option)
    schema = {"type": "object", "properties": {option.name: option.schema for option in inner}}

    def sample(r):
        chosen = r.sample(inner, k=r.randint(1, len(inner)))
        made = {option.name: option.sample(r) for option in inner if option in chosen}
        return {name: value for name, (value, _) in made.items()}, "".join(words for _, words in made.values())
    return Parameter(rng.choice(["options", "filter", "settings", "config", "extra", "criteria", "preferences"]), schema, sample, False)


def optional_parameter(rng: random.Random, deep: bool = True) -> Parameter:
    """A filter or setting that a request may add at its end. `deep`: objects of such, too."""
    kind = rng.choices(["enum", "number", "flag", "text", "list", "odd", "nested"], [3, 4, 3, 4, 2, 3, 1 if deep else 0])[0]
    if kind == "nested":
        return nested(rng)
    if kind == "enum":
        name, options = rng.choice(ENUMS)
        schema, sample = enum(rng, rng.sample(options, k=rng.randint(2, len(options))))
        words = name.replace("_", " ")
        return Parameter(name, schema, lambda r: (lambda s: (s[0], r.choice(ENUM_WORDS).format(name=words, v=s[1])))(sample(r)), False)
    if kind == "number":
        name, low, high, wordings = rng.choice(NUMBERS)
        schema = {"type": rng.choice(["integer", "number"])}
        if rng.random() < 0.25:
            schema |= rng.choice([{"minimum": low}, {"minimum": low, "maximum": high}, {"default": rng.randint(low, high)}])
        return Parameter(name, described(rng, schema, wordings), lambda r: (lambda v: (v, ", " + r.choice(wordings).format(v=v)))(r.randint(low, high)), False)
    if kind == "flag":
        name, wordings = rng.choice(FLAGS)
        schema = {"type": "boolean"} | ({"default": False} if rng.random() < 0.4 else {})
        return Parameter(name, described(rng, schema, wordings), lambda r: (True, ", " + r.choice(wordings)), False)
    if kind == "odd":
        return odd_parameter(rng)
    name, maker, wordings = rng.choice(EXTRA_TEXTS if kind == "text" else EXTRA_LISTS)
    if kind == "text":
        return Parameter(name, described(rng, {"type": "string"}, wordings),
                         lambda r: (lambda v: (v, r.choice([" ", ", "]) + r.choice(wordings).format(v=quoted(r, v))))(maker(r)), False)
    schema = described(rng, {"type": "array", "items": {"type": "string"}}, wordings)
    many = strings(maker)
    return Parameter(name, schema, lambda r: (lambda s: (s[0], r.choice([" ", ", "]) + r.choice(wordings).format(v=s[1])))(many(r)), False)


def described(rng: random.Random, schema: dict, wordings: list[str]) -> dict:
    """Sometimes a description that hints at the wording of requests."""
    if rng.random() < 0.5:
        hint = rng.choice(wordings).replace("{v}", rng.choice(["…", "N", "this", "a value"]))
        schema["description"] = rng.choice(["Optional: {h}", "{h}", "Use for: {h}", "Setting such as: {h}"]).format(h=hint).strip()
    return schema


def odd_parameter(rng: random.Random) -> Parameter:
    """A parameter with a name that nothing prepares for; the request names it literally."""
    words = [rng.choice([any_word(rng), made_up_word(rng), rng.choice(PLACES)]) for _ in range(rng.choice([1, 1, 2]))]
    schema, maker = rng.choice([({"type": "string"}, values.phrase), ({"type": "string"}, values.code), ({"type": "integer"}, lambda r: r.randint(0, 999)),
                                ({"type": "number"}, lambda r: round(r.uniform(0, 100), r.choice([1, 2]))), ({"type": "string"}, values.title)])
    label = " ".join(words)
    wordings = [f" with {label} {{v}}", f", {label} {{v}}", f" where {label} is {{v}}", f" ({label} {{v}})", f", the {label} being {{v}}"]

    def sample(r):
        value = maker(r)
        return value, r.choice(wordings).format(v=quoted(r, value) if isinstance(value, str) else value)
    return Parameter("_".join(words), dict(schema) | ({"description": f"The {label}"} if rng.random() < 0.4 else {}), sample, False)

"""Parameters that an action needs: the thing's key, where it goes, the records it stores. See verbs.py for the slots."""

import random

import values
from nouns import PLACES
from parameters import Parameter, quoted, strings, text_schema
from words import any_word

KEY_NAMES = {"path": "path file_path filename location source_path file", "folder": "path folder dir_path location folder_path", "id": "id {n}_id code number key",
             "name": "name {n}_name {n} full_name key", "title": "title name {n}_title {n} key"}


def article(noun: str) -> str:
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def noun_words(rng, thing) -> str:
    return thing[0] if rng.random() < 0.6 else rng.choice(thing[2].split(","))


def plural_words(rng, thing) -> str:
    return thing[1] if rng.random() < 0.65 else rng.choice(thing[2].split(",")) + "s"


def key_value(rng, thing) -> str:
    how = thing[3]
    if how == "path":
        return values.path(rng, thing[4].split() if rng.random() < 0.7 else values.EXTENSIONS)
    return {"folder": values.folder, "id": values.code, "name": values.proper_name, "title": values.title}[how](rng)


def key_words(rng, thing, value, new=False) -> str:
    noun, text = noun_words(rng, thing), quoted(rng, value, always=thing[3] == "title")
    if new:
        return rng.choice([f"{article(noun)} called {text}", f"a new {noun} {text}", f"{article(noun)} named {text}", f"the {noun} {text}", f"{article(noun)} {text}"])
    if thing[3] in ("path", "folder") and rng.random() < 0.35:
        return text
    if thing[3] == "id":
        return rng.choice([f"{noun} {text}", f"the {noun} {text}", f"{noun} number {text}", f"the {noun} with the id {text}"])
    return rng.choice([f"the {noun} {text}", f"the {noun} {text}", f"{text}, the {noun}," if new else f"the {noun} {text}", f"my {noun} {text}", f"our {noun} {text}",
                       f"the {noun} called {text}", f"{noun} {text}", f"the {text} {noun}"])


def names(rng, thing, suffix="") -> str:
    return rng.choice(KEY_NAMES[thing[3]].split()).format(n=thing[0]) + suffix


def single(rng, thing, name, role, maker, wording=lambda rng, v: quoted(rng, v), description="") -> Parameter:
    def sample(r):
        value = maker(r)
        return value, wording(r, value)
    return Parameter(name, text_schema(rng, description or f"The {name.replace('_', ' ')} of the {thing[0]}"), sample, True, role)


def build(rng: random.Random, role: str, thing: list[str]) -> Parameter:
    """The parameter that fills the slot `role` for tools on `thing`."""
    noun = thing[0]
    if role in ("key", "newkey", "other"):
        new = role == "newkey"
        name = names(rng, thing) if role != "other" else rng.choice(["other", "second", f"other_{noun}", "compare_with", "right"])
        about = rng.choice([f"Which {noun}", f"The {noun} to work on", f"Where the {noun} is", f"Identifies the {noun}"])
        return single(rng, thing, name, role, lambda r: key_value(r, thing), lambda r, v: key_words(r, thing, v, new), about)
    if role == "keys":
        name = rng.choice([names(rng, thing, "s"), thing[1], "items", "keys", "targets"])
        many = strings(lambda r: key_value(r, thing), least=2)

        def sample(r):
            items, words = many(r)
            return items, rng_words(r, thing, words)
        return Parameter(name, {"type": "array", "items": {"type": "string"}} | ({"description": f"The {thing[1]}"} if rng.random() < 0.5 else {}), sample, True, role)
    if role == "container":
        is_path = thing[3] in ("path", "folder")
        place = rng.choice(PLACES)
        name = rng.choice(["path", "folder", "dir", "root", "start_path"]) if is_path else rng.choice([place, f"{place}_name", "container", "scope"])
        maker = values.folder if is_path else values.phrase
        wording = (lambda r, v: r.choice(["in {v}", "inside {v}", "under {v}", "in the folder {v}", "within {v}", "below {v}"]).format(v=quoted(r, v))) if is_path else \
                  (lambda r, v: r.choice([f"in the {place} {{v}}", f"in {{v}}", f"on the {place} {{v}}", f"within the {place} {{v}}"]).format(v=quoted(r, v)))
        return single(rng, thing, name, role, maker, wording, f"Where to look, such as a {place}")
    if role == "target":
        is_path = thing[3] in ("path", "folder")
        name = rng.choice(["target", "destination", "to", "new_path", "dest", "target_path"] if is_path else ["target", "destination", "to", "new_place"])
        maker = (lambda r: key_value(r, thing) if r.random() < 0.6 else values.folder(r)) if is_path else values.phrase
        return single(rng, thing, name, role, maker, description=f"The new place of the {noun}")
    simple = {
        "query": (["query", "text", "phrase", "term", "q", "keywords", "search_text"], values.phrase, "What to look for"),
        "content": (["content", "text", "body", "value", "message", "new_text"], values.text, f"The text for the {noun}"),
        "newname": (["new_name", "name_new", "to_name", "new_title"], values.title, "The new name"),
        "person": (["to", "recipient", "person", "user", "assignee"], lambda r: r.choice([values.person, values.email])(r), "Who"),
        "date": (["date", "day", "on", "when"], values.date, "The day"), "format": (["format", "type", "output_format"], lambda r: r.choice(values.EXTENSIONS), "The format wanted"),
    }
    if role in simple:
        choices, maker, about = simple[role]
        always = role in ("content", "newname", "query")
        return single(rng, thing, rng.choice(choices), role, maker, lambda r, v: quoted(r, v, always), about)
    if role == "words":
        return Parameter(rng.choice(["tags", "labels", "keywords", "words"]), {"type": "array", "items": {"type": "string"}}, strings(any_word), True, role)
    if role == "score":
        return Parameter(rng.choice(["score", "points", "amount", "quantity", "number"]), {"type": rng.choice(["integer", "number"])},
                         lambda r: (lambda v: (v, str(v)))(r.choice([r.randint(1, 10), r.randint(1, 500)])), True, role)
    from records import BUILDERS
    return BUILDERS[role](rng, thing)


def rng_words(rng, thing, words) -> str:
    return rng.choice([words, f"the {thing[1]} {words}", f"{plural_words(rng, thing)} {words}", f"these {thing[1]}: {words}"])



"""Values as they stand in arguments: paths, names, codes, dates, sentences. Each maker takes a random.Random."""

import random
import re

from nouns import ADJECTIVES, CITIES, FIRST_NAMES, LAST_NAMES, PLACES, THINGS
from words import any_word

EXTENSIONS = "txt md json csv yaml py js ts html css log xml pdf png jpg sh toml ini sql docx".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
SUBJECTS = ["the printer", "our server", "the meeting", "the door", "the new budget", "her cat", "the train", "the office", "the client",
            "my brother", "the team", "this sensor", "the kitchen", "the delivery", "the old roof", "the garden", "the second floor"]
PREDICATES = ["is late", "works again", "needs repair", "was moved to {day}", "costs {n} euros", "is on holiday until {day}", "starts at {n}",
              "looks good", "has to be painted {adj}", "must be ready by {day}", "is in {city}", "belongs to {name}", "has {n} open points",
              "was checked by {name}", "should stay {adj}", "smells of {word}", "is about {word}", "depends on the {word}"]
TRAITS = ["likes {word}", "lives in {city}", "works with {name}", "speaks {word}", "is {n} years old", "was born in {month}", "prefers {word} to {word}",
          "plays the {word}", "knows {name}", "moved to {city} in {year}", "is {adj}", "has {n} {word}s", "drinks {word}", "uses {word}",
          "starts on {day}", "is allergic to {word}", "owns a {adj} {word}", "opened in {year}", "runs on port {n}", "was founded in {city}"]


def stem(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.45:
        return any_word(rng)
    if kind < 0.8:
        return rng.choice("_-_-") .join([rng.choice([any_word(rng), rng.choice(ADJECTIVES), rng.choice(THINGS)[0]]), any_word(rng)])
    if kind < 0.9:
        return f"{any_word(rng)}{rng.choice(['_', '-', ''])}{rng.randint(1, 99)}"
    return rng.choice([f"{rng.randint(2019, 2027)}-{rng.randint(1, 12):02d}", any_word(rng).capitalize(), any_word(rng).upper(), f"{rng.choice('abcxyz')}{rng.randint(1, 9)}"])


def folder(rng: random.Random) -> str:
    depth = rng.choice([1, 1, 2, 2, 3])
    parts = repeating(rng, [rng.choice([stem(rng), rng.choice(PLACES), rng.choice(THINGS)[1]]) for _ in range(depth)])
    return rng.choice(["", "", "", "/", "./", "/home/" + any_word(rng) + "/", "/tmp/"]) + "/".join(parts)


def path(rng: random.Random, extensions=EXTENSIONS) -> str:
    parts = stem(rng) if rng.random() < 0.3 else f"{folder(rng)}/{stem(rng)}"
    return "/".join(repeating(rng, parts.split("/"))) + f".{rng.choice(extensions)}"


def repeating(rng: random.Random, parts: list[str]) -> list[str]:
    """Names in a path have words and years in common: what comes after such a word follows from more than the word."""
    places = [at for at in range(1, len(parts)) if parts[at - 1].strip(".")]
    if not places or rng.random() < 0.6:
        return parts
    at = rng.choice(places)
    common = rng.choice([rng.choice(re.split("[-_]", parts[at - 1])) or any_word(rng), str(rng.randint(2019, 2027))])
    other = rng.choice([any_word(rng), str(rng.randint(2019, 2027))])
    joint = rng.choice("_-")
    return [*parts[: at - 1], rng.choice([parts[at - 1], f"{parts[at - 1]}{joint}{common}", common]),
            rng.choice([f"{common}{joint}{other}", f"{other}{joint}{common}", common]), *parts[at + 1 :]]


def code(rng: random.Random) -> str:
    letters = "".join(rng.choice("ABCDEFGHKLMNPRSTXZ") for _ in range(rng.randint(1, 3)))
    return rng.choice([f"{letters}-{rng.randint(1, 9999)}", f"{letters}{rng.randint(10, 999)}", f"{rng.getrandbits(24):06x}", str(rng.randint(1, 99999)),
                       f"{any_word(rng)}-{rng.randint(1, 99)}", f"{any_word(rng)}_{rng.getrandbits(12):03x}"])


def person(rng: random.Random) -> str:
    return rng.choice(FIRST_NAMES) if rng.random() < 0.4 else f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"


def proper_name(rng: random.Random) -> str:
    return rng.choice([person(rng), rng.choice(CITIES), f"{any_word(rng).capitalize()} {any_word(rng).capitalize()}", any_word(rng).capitalize(),
                       f"{rng.choice(LAST_NAMES)} {rng.choice(['GmbH', 'Ltd', 'Inc', 'Lab', 'Bakery', 'School', 'Club'])}",
                       f"{any_word(rng)}_{any_word(rng)}", any_word(rng).capitalize() + any_word(rng).capitalize(), person(rng).replace(" ", "_")])


def title(rng: random.Random) -> str:
    words = [any_word(rng) for _ in range(rng.choice([1, 2, 2, 3, 3, 4]))]
    words[0] = rng.choice([words[0], words[0].capitalize(), rng.choice(ADJECTIVES)])
    if len(words) > 2 and rng.random() < 0.2:
        words[-1] = words[0]
    return " ".join(words)


def date(rng: random.Random) -> str:
    year, month, day = rng.randint(2019, 2029), rng.randint(1, 12), rng.randint(1, 28)
    return rng.choice([f"{year}-{month:02d}-{day:02d}"] * 3 + [f"{MONTHS[month - 1]} {day}", f"{day}.{month}.{year}", rng.choice(WEEKDAYS)])


def email(rng: random.Random) -> str:
    return f"{rng.choice(FIRST_NAMES).lower()}{rng.choice(['', '.' + rng.choice(LAST_NAMES).lower()])}@{any_word(rng)}.{rng.choice(['com', 'org', 'net', 'io', 'de'])}"


def url(rng: random.Random) -> str:
    return f"https://{any_word(rng)}.{rng.choice(['com', 'org', 'net', 'io'])}/{any_word(rng)}{rng.choice(['', '/' + stem(rng)])}"


def fill(rng: random.Random, pattern: str) -> str:
    makers = {"{day}": lambda: rng.choice(WEEKDAYS), "{n}": lambda: str(rng.choice([rng.randint(2, 30), rng.randint(2, 9000)])),
              "{adj}": lambda: rng.choice(ADJECTIVES), "{city}": lambda: rng.choice(CITIES), "{name}": lambda: person(rng), "{word}": lambda: any_word(rng),
              "{month}": lambda: rng.choice(MONTHS), "{year}": lambda: str(rng.randint(1950, 2026))}
    for slot, maker in makers.items():
        while slot in pattern:
            pattern = pattern.replace(slot, maker(), 1)
    return pattern


def trait(rng: random.Random) -> str:
    return fill(rng, rng.choice(TRAITS))


def sentence(rng: random.Random) -> str:
    return fill(rng, f"{rng.choice(SUBJECTS)} {rng.choice(PREDICATES)}")


def text(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.4:
        return rng.choice([str.capitalize, str])(sentence(rng)) + rng.choice(["", "", "."])
    if kind < 0.6:
        return " ".join(any_word(rng) for _ in range(rng.randint(1, 6)))
    if kind < 0.75:
        return title(rng) + rng.choice(["", "!", ": ", ", "]).rstrip() + " " + title(rng)
    if kind < 0.85:
        return f"{sentence(rng).capitalize()}. {sentence(rng).capitalize()}."
    if kind < 0.93:
        return f"{any_word(rng)}{rng.choice([' = ', ': ', '='])}{rng.choice([any_word(rng), str(rng.randint(0, 999)), path(rng)])}"
    return "\n".join(rng.choice([title(rng), f"- {any_word(rng)}", f"{any_word(rng)}: {rng.randint(0, 99)}"]) for _ in range(rng.randint(2, 4)))


def phrase(rng: random.Random) -> str:
    return rng.choice([any_word(rng), any_word(rng), f"{any_word(rng)} {any_word(rng)}", rng.choice(CITIES), person(rng), code(rng)])

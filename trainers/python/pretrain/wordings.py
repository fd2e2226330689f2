"""How people put a request: asked directly or about, with what it is for said before or after."""

import random

from nouns import ADJECTIVES, FIRST_NAMES
from values import WEEKDAYS
from words import any_word

# Before a request that starts with a verb ("delete …").
FRAMES = ["please {k}", "could you {k}", "can you {k}", "I'd like you to {k}", "would you {k}", "I need you to {k}", "go ahead and {k}", "help me {k}", "I want to {k}", "it is time to {k}",
          "{name} wants me to {k}", "{name} asked whether you could {k}", "the next step is to {k}", "we have to {k}", "let's {k}", "you may now {k}", "don't forget to {k}", "I was told to {k}",
          "is it possible to {k}", "my job today is to {k}", "just {k}", "try to {k}", "would you mind if I asked you to {k}", "somebody has to {k}", "kindly {k}", "the plan says to {k}"]
LEADS = ["hey, ", "now ", "quick one: ", "hi! ", "next: ", "for tomorrow, ", "ok, ", "so, ", "one more thing: ", "hello, ", "first of all, ", "as discussed, ", "if you can: ", "then "]
QUESTION_LEADS = ["hey, ", "tell me, ", "quick question: ", "hi! ", "I wonder, ", "say, ", "by the way, ", "sorry to ask, but ", "one question: "]
TAILS = [" please", " thanks", ", thank you", " for me", ", will you", " now", " today", ", as soon as you can", " if you can", ", it is urgent"]
ASIDES = ["I am preparing the {w}", "{name} asked for it", "we meet on {day}", "it is for the {w} {w2}", "the {w} was {a}", "I have been working on the {w} all day", "{name} is waiting",
          "my {w} depends on it", "this is about the {w}", "nobody else has time", "I cannot remember it", "there was a mix-up with the {w}", "the {a} {w} is nearly ready",
          "{name} and {name2} talked about it on {day}", "I am not sure about it myself", "we changed our minds", "that was the wish of {name}", "it should have been done on {day}",
          "I will be in the {w} later", "the {w} starts on {day}", "things have changed since {day}", "you did that well last time", "it has to be {a}"]
NO_VERB = set("""i we what what's how which where when who can could do does did are is it the there from my our new also for you your that this somebody nobody let
on in out at to all no any""".split())


def starts_with_verb(request: str) -> bool:
    return not request.startswith("{") and request.split()[0].lower().strip(",") not in NO_VERB


def framed(rng: random.Random, request: str) -> str:
    """A request template, perhaps asked in a less direct way."""
    if not starts_with_verb(request) or request.startswith("please ") or rng.random() < 0.55:
        return request
    return filled(rng, rng.choice(FRAMES).replace("{k}", "\0")).replace("\0", request)


def filled(rng: random.Random, text: str) -> str:
    makers = {"{name}": lambda: rng.choice(FIRST_NAMES), "{name2}": lambda: rng.choice(FIRST_NAMES), "{day}": lambda: rng.choice(WEEKDAYS), "{w}": lambda: any_word(rng),
              "{w2}": lambda: any_word(rng), "{a}": lambda: rng.choice(ADJECTIVES)}
    for slot, make in makers.items():
        text = text.replace(slot, make()) if slot in text else text
    return text


def polish(rng: random.Random, text: str, asides: float = 0.12) -> str:
    """Capital letters, punctuation, and words around a request that do not belong to it. `asides`: how often whole sentences."""
    question = text.endswith("?")
    if rng.random() < 0.45:
        text = rng.choice(QUESTION_LEADS if question else LEADS) + text
    if not question and rng.random() < 0.25:
        text += filled(rng, rng.choice(TAILS))
    if question and rng.random() < 0.2:
        text = text[:-1]
    before = filled(rng, rng.choice(ASIDES)) + rng.choice([". ", ", so ", "; ", "! ", ". "]) if rng.random() < asides else ""
    after = rng.choice([". ", ", ", " - ", "; "] if text[-1] != "?" else [" "]) + filled(rng, rng.choice(ASIDES)) if rng.random() < asides else ""
    text = text[0].upper() + text[1:] if rng.random() < 0.7 else text
    text = before + text + after
    end = "" if text[-1] in "?!." else rng.choice(["", "", ".", "!"])
    return (text[0].upper() + text[1:] if rng.random() < 0.7 else text) + end

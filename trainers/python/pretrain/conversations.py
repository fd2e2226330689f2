"""Conversations over a tool universe: one call, several calls, calls that use earlier results, and plain answers."""

import json
import random
import re

import roles
import values
from nouns import ADJECTIVES
from universe import Tool
from wordings import framed, polish
from words import any_word

SMALL_TALK = [("hello", "Hello! How can I help you?"), ("hi there", "Hi! What can I do for you?"), ("good morning", "Good morning! What would you like to do?"),
              ("thanks a lot", "You are welcome!"), ("thank you, that was all", "You are welcome. Have a nice day!"), ("how are you?", "I am fine, thank you. What can I do?"),
              ("who are you?", "I am a helpful assistant."), ("bye", "Goodbye!"), ("what is your name?", "I am an assistant without a name."), ("ok great", "Glad that it helps."),
              ("never mind", "All right, I will do nothing."), ("tell me a joke", "A {w} walks into a {w}. Nobody laughs."), ("are you a human?", "No, I am a program."),
              ("what do you think of {w}?", "I have no opinion on {w}."), ("what does {w} mean?", "The word {w} can mean several things."), ("I like {w}", "It is good to hear that you like {w}."),
              ("how do you spell {w}?", "It is spelled {w}."), ("is {w} better than {w2}?", "That depends on what you need: {w} or {w2}."), ("what is {n} plus {n2}?", "It is {sum}."),
              ("I feel {a} today", "I understand that you feel {a}."), ("say {w}", "{w}"), ("is it {a} outside?", "I cannot know whether it is {a} outside."),
              ("why is the {w} so {a}?", "I do not know why the {w} is {a}."), ("nice work", "Thank you!"), ("let us talk about {w}", "Gladly. What about {w}?")]
DONE = ["Done.", "That is done.", "It worked.", "All set.", "Finished."]


def call_text(tool: Tool, arguments: dict) -> str:
    return json.dumps({"name": tool.name, "arguments": arguments}, ensure_ascii=False)


def ask(rng: random.Random, tool: Tool, fixed: dict | None = None) -> tuple[str, dict]:
    """A request for `tool` and the arguments that it asks for. `fixed`: parameter name -> (value, words)."""
    template = framed(rng, rng.choice(tool.requests))
    arguments, tail = {}, []
    for parameter in tool.parameters:
        slot = "{" + parameter.role + "}"
        in_template = bool(parameter.role) and slot in template
        if not in_template and parameter.role not in ("", "tail") and parameter.required:
            return ask(rng, tool, fixed)
        if not in_template and parameter.role not in ("", "tail"):
            continue
        if not parameter.required and not (in_template and rng.random() < 0.7 or rng.random() < 0.4):
            continue
        value, words = (fixed or {}).get(parameter.name) or parameter.sample(rng)
        arguments[parameter.name] = value
        if in_template:
            template = template.replace(slot, words)
        else:
            tail.append((parameter.role == "tail", words))
    end = "?" if template.endswith("?") else ""
    text = re.sub(r"\{container\}", "", template.rstrip("?")).strip()
    text = text.replace("{ns}", roles.plural_words(rng, tool.thing)).replace("{n}", roles.noun_words(rng, tool.thing))
    rng.shuffle(tail)
    return re.sub(r"  +", " ", text) + "".join(words for _, words in sorted(tail, key=lambda part: part[0])) + end, arguments


def result_of(rng: random.Random, tool: Tool, arguments: dict, extra: dict) -> tuple[str, str]:
    """A tool's result and a closing sentence that follows from it."""
    key = next((value for value in arguments.values() if isinstance(value, str) and len(value) < 40 and "\n" not in value), tool.thing[0])
    if extra:
        return json.dumps(extra, ensure_ascii=False), rng.choice(DONE)
    items = [values.phrase(rng) for _ in range(rng.randint(1, 4))]
    number = rng.randint(0, 400)
    return rng.choice([
        ("ok", rng.choice(DONE)), (f"{key}: done", f"{key} is done."), (json.dumps({"ok": True}), rng.choice(DONE)),
        (json.dumps(items, ensure_ascii=False), "I found " + ", ".join(items) + "."), ("\n".join(items), "Here it is: " + ", ".join(items) + "."),
        (str(number), f"It is {number}."), (json.dumps({"count": number}), f"There are {number}."), (f"error: {key} not found", f"I could not find {key}."),
        (items[0], items[0]), (values.sentence(rng), rng.choice(DONE)),
    ])


def one_call(rng: random.Random, tools: list[Tool], results: float = 0.4) -> list[dict]:
    tool = rng.choice(tools)
    text, arguments = ask(rng, tool)
    messages = [{"role": "user", "content": polish(rng, text)}, {"role": "assistant", "tool": tool, "arguments": arguments}]
    if rng.random() < results:
        result, answer = result_of(rng, tool, arguments, {})
        messages += [{"role": "tool", "content": result}, {"role": "assistant", "content": answer}]
    return messages


def linkable(tool: Tool) -> list:
    return [p for p in tool.parameters if p.role in ("key", "target", "content", "query", "container") and p.required]


def two_calls(rng: random.Random, tools: list[Tool]) -> list[dict]:
    """Two requests in one query; the second may use a value out of the first's result."""
    first, second = rng.choice(tools), rng.choice(tools)
    links, fixed, extra = linkable(second), {}, {}
    first_text, first_arguments = ask(rng, first)
    if links and rng.random() < 0.6:
        parameter = rng.choice(links)
        value = parameter.sample(rng)[0]
        extra = {rng.choice([parameter.name, "result", "value", "found"]): value}
        if rng.random() < 0.5:
            extra |= {rng.choice(["count", "ok", "size"]): rng.randint(1, 99)}
        fixed = {parameter.name: (value, rng.choice(["that", "what you get", "the one it gives", "the result", "whatever comes back", "it"]))}
    second_text, second_arguments = ask(rng, second, fixed)
    glue = rng.choice([" and then ", ", then ", ". After that ", ". Then ", "; afterwards ", " and "])
    messages = [{"role": "user", "content": polish(rng, first_text.rstrip("?") + glue + second_text)}]
    for tool, arguments, more in ((first, first_arguments, extra), (second, second_arguments, {})):
        result, answer = result_of(rng, tool, arguments, more)
        messages += [{"role": "assistant", "tool": tool, "arguments": arguments}, {"role": "tool", "content": result}]
    return messages + [{"role": "assistant", "content": answer}]


def plain_talk(rng: random.Random) -> list[dict]:
    question, answer = rng.choice(SMALL_TALK)
    n, n2 = rng.randint(0, 50), rng.randint(0, 50)
    slots = {"{w}": any_word(rng), "{w2}": any_word(rng), "{a}": rng.choice(ADJECTIVES), "{n}": str(n), "{n2}": str(n2), "{sum}": str(n + n2)}
    for slot, words in slots.items():
        question, answer = question.replace(slot, words), answer.replace(slot, words)
    return [{"role": "user", "content": polish(rng, question, asides=0)}, {"role": "assistant", "content": answer}]


def conversation(rng: random.Random, tools: list[Tool], several: float, results: float = 0.4) -> list[dict]:
    kind = rng.random()
    if kind < 0.07:
        return plain_talk(rng)
    if kind < 0.07 + several:
        return two_calls(rng, tools)
    messages = one_call(rng, tools, results)
    if len(messages) == 4 and rng.random() < 0.5:
        messages += one_call(rng, tools)
    return messages

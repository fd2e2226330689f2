"""Conversations as text in Qwen2.5's chat format, in pieces that say which of them the assistant writes.

A second, faster rendering of chat_template.jinja; `assert_equal_to_template` proves on samples that both agree.
"""

import json

from conversations import call_text

SYSTEM = "You are a helpful assistant."
HEAD = ("\n\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with function signatures within "
        "<tools></tools> XML tags:\n<tools>")
FOOT = ("\n</tools>\n\nFor each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:\n"
        '<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call><|im_end|>\n')


def render_system(tools, system: str = SYSTEM) -> str:
    lines = "".join("\n" + json.dumps(tool.definition(), ensure_ascii=False) for tool in tools)
    return f"<|im_start|>system\n{system}{HEAD}{lines}{FOOT}" if tools else f"<|im_start|>system\n{system}<|im_end|>\n"


def render_messages(messages: list[dict]) -> list[tuple[str, bool]]:
    """Pieces of text with True where the assistant writes (its end token belongs to it)."""
    pieces = []
    for message in messages:
        if message["role"] == "user":
            pieces.append((f"<|im_start|>user\n{message['content']}<|im_end|>\n", False))
        elif message["role"] == "tool":
            pieces.append((f"<|im_start|>user\n<tool_response>\n{message['content']}\n</tool_response><|im_end|>\n", False))
        else:
            body = f"<tool_call>\n{call_text(message['tool'], message['arguments'])}\n</tool_call>" if "tool" in message else message["content"]
            pieces += [("<|im_start|>assistant\n", False), (body + "<|im_end|>", True), ("\n", False)]
    return pieces


def openai_messages(messages: list[dict]) -> list[dict]:
    return [{"role": m["role"], "content": "", "tool_calls": [{"type": "function", "function": {"name": m["tool"].name, "arguments": m["arguments"]}}]}
            if "tool" in m else m for m in messages]


def assert_equal_to_template(tokenizer, universes: list[tuple[list, list[list[dict]]]]) -> None:
    for tools, conversations in universes:
        for messages in conversations:
            ours = render_system(tools) + "".join(text for text, _ in render_messages(messages))
            definitions = [tool.definition() for tool in tools]
            theirs = tokenizer.apply_chat_template(openai_messages(messages), tools=definitions, tokenize=False)
            assert ours == theirs, f"chat_format.py and chat_template.jinja differ:\n{ours}\n----\n{theirs}"

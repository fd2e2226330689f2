"""Loads the exported base as any user would and lets it call a tool: python try_base.py trainers/embedded-base"""

import json
import sys

from transformers import AutoModelForCausalLM, AutoTokenizer

TOOLS = [
    {"type": "function", "function": {"name": "erase_recipe", "description": "Delete a recipe for good.", "parameters": {
        "type": "object", "properties": {"title": {"type": "string", "description": "The recipe to delete"}}, "required": ["title"]}}},
    {"type": "function", "function": {"name": "lookup_recipes", "description": "Finds recipes that match a phrase.", "parameters": {
        "type": "object", "properties": {"phrase": {"type": "string"}, "limit": {"type": "integer", "description": "At most N"}}, "required": ["phrase"]}}},
    {"type": "function", "function": {"name": "convert_image", "description": "Turns an image into a different form.", "parameters": {
        "type": "object", "properties": {"path": {"type": "string"}, "format": {"type": "string", "enum": ["png", "jpg", "webp"]}}, "required": ["path", "format"]}}},
]
QUERIES = ["Get rid of the recipe \"mushroom soup\", please.", "Which recipes talk about strawberry cake? At most 5.", "I need pictures/summer/beach_3.png as webp", "good morning"]


def main(folder: str) -> None:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder)
    for query in QUERIES:
        inputs = tokenizer.apply_chat_template([{"role": "user", "content": query}], tools=TOOLS, add_generation_prompt=True, return_tensors="pt", return_dict=True)
        output = model.generate(**inputs, max_new_tokens=120, do_sample=False)
        print(json.dumps({"query": query, "answer": tokenizer.decode(output[0, inputs["input_ids"].shape[1] :])}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])

"""Token ids by transformers. usage: gguf_tokens.py BASE_FOLDER TEXTS.json"""

import json
import sys

from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
texts = json.load(open(sys.argv[2], encoding="utf-8"))
print(json.dumps([tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]))

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/** How Qwen2 cuts text into words before byte-pair merging, as llama.cpp's pre-tokenizer `qwen2` does it. */
const QWEN2_SPLIT =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

interface TokenizerFile {
  pre_tokenizer?: {
    pretokenizers?: { type: string; pattern?: unknown; add_prefix_space?: boolean; use_regex?: boolean }[];
  };
}

/**
 * The name of llama.cpp's pre-tokenizer that a base's tokenizer.json describes, where the toolkit can tell by comparing;
 * `null` leaves it to the converter, which knows the public models by a hash.
 */
export async function knownPretokenizer(base: string): Promise<'qwen2' | null> {
  const file = JSON.parse(await readFile(join(base, 'tokenizer.json'), 'utf8')) as TokenizerFile;
  const [split, bytes, ...more] = file.pre_tokenizer?.pretokenizers ?? [];
  const same =
    more.length === 0 &&
    split?.type === 'Split' &&
    isDeepStrictEqual(split.pattern, { Regex: QWEN2_SPLIT }) &&
    bytes?.type === 'ByteLevel' &&
    bytes.add_prefix_space === false &&
    bytes.use_regex === false;
  return same ? 'qwen2' : null;
}

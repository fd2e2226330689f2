import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { messageOf, ToolkitError } from './errors.ts';
import { hashFile } from './hash.ts';
import { readJsonFile } from './json-file.ts';

/** A token that stands outside the vocabulary's merges: `<|im_end|>`, `<tool_call>`. */
export interface AddedToken {
  content: string;
  /** Control, never meant to be written as text. */
  special: boolean;
  /** Whether the tokenizer always splits around it, whatever stands beside it. */
  splits: boolean;
}

/** A base model's tokenizer. Special tokens in the text are recognized; nothing is added around it. */
export interface Tokenizer {
  encode(text: string): number[];
  /** Keeps special tokens. */
  decode(ids: readonly number[]): string;
  added: readonly AddedToken[];
  /** sha256 of tokenizer.json. */
  hash: string;
}

/** Loads `tokenizer.json` and `tokenizer_config.json` of a base in Hugging Face's layout. @throws ToolkitError (input) where they are missing or broken */
export async function loadTokenizer(base: string): Promise<Tokenizer> {
  const hash = await hashTokenizer(base);
  const path = join(base, 'tokenizer.json');
  const configPath = join(base, 'tokenizer_config.json');
  const config = existsSync(configPath) ? await readJsonFile(configPath, z.looseObject({})) : {};
  const file = (await readJsonFile(path, z.looseObject({}))) as { added_tokens?: HubAddedToken[] };
  const tokenizer = openTokenizer(file, config, path);
  return {
    encode: (text) => (text === '' ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids),
    decode: (ids) => tokenizer.decode([...ids], { skip_special_tokens: false, clean_up_tokenization_spaces: false }),
    added: (file.added_tokens ?? []).map(({ content, special, lstrip, rstrip, single_word, normalized }) => ({
      content,
      special: special === true,
      splits: !lstrip && !rstrip && !single_word && !normalized,
    })),
    hash,
  };
}

/** sha256 of a base's `tokenizer.json`. @throws ToolkitError (input) where it has none */
export async function hashTokenizer(base: string): Promise<string> {
  const path = join(base, 'tokenizer.json');
  if (existsSync(path)) return hashFile(path);
  throw new ToolkitError({
    kind: 'input',
    what: 'the base has no tokenizer.json',
    where: base,
    todo: 'give the folder of a model in Hugging Face layout (config.json, tokenizer.json, *.safetensors)',
  });
}

function openTokenizer(file: object, config: object, where: string): HubTokenizer {
  try {
    return new HubTokenizer(file, config);
  } catch (error) {
    throw new ToolkitError({
      kind: 'input',
      what: `not a tokenizer: ${messageOf(error)}`,
      where,
      todo: 'download it again',
      cause: error,
    });
  }
}

interface HubAddedToken {
  content: string;
  special?: boolean;
  lstrip?: boolean;
  rstrip?: boolean;
  single_word?: boolean;
  normalized?: boolean;
}

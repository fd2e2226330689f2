import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { ToolkitError } from './errors.ts';
import { hashFile } from './hash.ts';

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

/** Loads `tokenizer.json` and `tokenizer_config.json` of a base in Hugging Face's layout. */
export async function loadTokenizer(base: string): Promise<Tokenizer> {
  const path = join(base, 'tokenizer.json');
  if (!existsSync(path)) {
    throw new ToolkitError({
      kind: 'input',
      what: 'the base has no tokenizer.json',
      where: base,
      todo: 'give the folder of a model in Hugging Face layout (config.json, tokenizer.json, *.safetensors)',
    });
  }
  const configPath = join(base, 'tokenizer_config.json');
  const config: unknown = existsSync(configPath) ? JSON.parse(await readFile(configPath, 'utf8')) : {};
  const file = JSON.parse(await readFile(path, 'utf8')) as { added_tokens?: HubAddedToken[] };
  const tokenizer = new HubTokenizer(file, config as object);
  return {
    encode: (text) => (text === '' ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids),
    decode: (ids) => tokenizer.decode([...ids], { skip_special_tokens: false, clean_up_tokenization_spaces: false }),
    added: (file.added_tokens ?? []).map(({ content, special, lstrip, rstrip, single_word, normalized }) => ({
      content,
      special: special === true,
      splits: !lstrip && !rstrip && !single_word && !normalized,
    })),
    hash: await hashFile(path),
  };
}

interface HubAddedToken {
  content: string;
  special?: boolean;
  lstrip?: boolean;
  rstrip?: boolean;
  single_word?: boolean;
  normalized?: boolean;
}

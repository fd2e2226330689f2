import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ToolkitError } from '../errors.ts';
import { hashText } from '../hash.ts';
import { readJsonFile } from '../json-file.ts';
import { loadTokenizer, type Tokenizer } from '../tokenizer.ts';
import type { SpecialTokens } from './chat-template.ts';
import { createRenderer } from './create-renderer.ts';
import type { PromptSettings, Renderer } from './renderer.ts';

const SpecialTokenSchema = z
  .union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)])
  .nullish();

/** The part of tokenizer_config.json that prompts depend on. */
const ConfigSchema = z.looseObject({
  bos_token: SpecialTokenSchema,
  eos_token: SpecialTokenSchema,
  chat_template: z.union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))]).nullish(),
});

/** Everything of a base that decides what its prompts look like. */
export interface PromptSource {
  template: string;
  specialTokens: SpecialTokens;
  tokenizer: Tokenizer;
  /** sha256 of the template's text. */
  templateHash: string;
}

/** Reads template, special tokens and tokenizer of a base in Hugging Face's layout. */
export async function loadPromptSource(base: string): Promise<PromptSource> {
  const tokenizer = await loadTokenizer(base);
  const path = join(base, 'tokenizer_config.json');
  const config = existsSync(path) ? await readJsonFile(path, ConfigSchema) : {};
  const template = await readTemplate(base, config.chat_template ?? undefined);
  const specialTokens = { bos: config.bos_token ?? undefined, eos: config.eos_token ?? undefined };
  return { template, specialTokens, tokenizer, templateHash: hashText(template) };
}

/** The renderer of a base. @throws ToolkitError (input) where its files are missing or do not suit */
export async function loadRenderer(base: string, settings: PromptSettings): Promise<Renderer> {
  return createRenderer({ ...(await loadPromptSource(base)), settings });
}

async function readTemplate(base: string, inConfig: z.infer<typeof ConfigSchema>['chat_template']): Promise<string> {
  const path = join(base, 'chat_template.jinja');
  if (existsSync(path)) return readFile(path, 'utf8');
  if (typeof inConfig === 'string') return inConfig;
  const named = inConfig?.find(({ name }) => name === 'tool_use') ?? inConfig?.find(({ name }) => name === 'default');
  if (named) return named.template;
  throw new ToolkitError({
    kind: 'input',
    what: 'the base has no chat template',
    where: base,
    expected: 'chat_template.jinja, or chat_template in tokenizer_config.json',
    todo: 'use an instruct model, or put a chat template that knows tool calls into its folder',
  });
}

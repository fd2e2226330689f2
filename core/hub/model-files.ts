import { listFiles, type PathInfo } from '@huggingface/hub';
import { z } from 'zod';
import { ToolkitError } from '../errors.ts';
import type { HubAccess } from './hub-access.ts';
import { isHubPath } from './hub-file.ts';
import { type HubModel, hubModelName } from './hub-model.ts';

const NEEDED = ['config.json', 'tokenizer.json'];
/** What decides prompts and generation, where it is there. */
const USEFUL = [
  'generation_config.json',
  'tokenizer_config.json',
  'chat_template.jinja',
  'special_tokens_map.json',
  'added_tokens.json',
];
/** Names the files of weights that come in several. */
export const INDEX = 'model.safetensors.index.json';

const IndexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** What lies at the top of a model's repository, by path. */
export async function listModel(
  { repo, revision }: HubModel,
  { url, token, fetch }: HubAccess,
): Promise<Map<string, PathInfo>> {
  const repository = { type: 'model', name: repo } as const;
  const entries = listFiles({ repo: repository, revision, hubUrl: url, accessToken: token, fetch });
  const files = new Map<string, PathInfo>();
  for await (const entry of entries) if (entry.type === 'file') files.set(entry.path, entry as PathInfo);
  return files;
}

/**
 * Those of a model's files that a base needs: config, tokenizer, chat template, and its weights as safetensors. Repositories often hold
 * the same weights in other formats too.
 * @param index the text of its `model.safetensors.index.json`, where it has one
 * @throws ToolkitError (input) where it lacks something
 */
export function filesOfBase(model: HubModel, files: ReadonlyMap<string, PathInfo>, index?: string): PathInfo[] {
  const weights = index === undefined ? singleFiles(files) : [INDEX, ...indexed(model, index)];
  if (weights.length === 0) throw unsuited(model, 'weights as safetensors', [...files.keys()].join(', '));
  const wanted = [...NEEDED, ...USEFUL.filter((name) => files.has(name)), ...weights];
  return wanted.map((name) => {
    const file = files.get(name);
    if (file !== undefined) return file;
    throw unsuited(model, name, [...files.keys()].join(', '));
  });
}

function singleFiles(files: ReadonlyMap<string, PathInfo>): string[] {
  if (files.has('model.safetensors')) return ['model.safetensors'];
  return [...files.keys()].filter((name) => name.endsWith('.safetensors')).sort();
}

function indexed(model: HubModel, index: string): string[] {
  try {
    const names = [...new Set(Object.values(IndexSchema.parse(JSON.parse(index)).weight_map))].sort();
    if (names.length > 0 && names.every((name) => isHubPath(name) && name.endsWith('.safetensors'))) return names;
  } catch {
    // told below
  }
  throw unsuited(model, `an index of weights in ${INDEX}`, index.slice(0, 80));
}

function unsuited(model: HubModel, expected: string, found: string): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: 'this model of the Hub cannot be a base',
    where: hubModelName(model),
    expected,
    found: found.length > 200 ? `${found.slice(0, 200)}…` : found || 'nothing',
    todo: 'use a model in Hugging Face layout with config.json, tokenizer.json and *.safetensors',
  });
}

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Context } from '../../../core/context.ts';
import { ToolkitError } from '../../../core/errors.ts';
import { hashFile, hashJson } from '../../../core/hash.ts';
import { openKnownHashes } from '../../../core/known-hashes.ts';
import { readManifest } from '../../../core/manifest.ts';
import { baseFolder } from '../../base-folder.ts';
import type { Settings } from '../../settings.ts';
import { knownHashesPath, refuseChanged, stageHash } from '../../workspace-files.ts';
import { modelsOf } from './chosen-systems.ts';
import type { GgufModelSettings, ModelSettings } from './model-settings.ts';
import { READY_SYSTEMS, type System } from './system-settings.ts';

/** The part of a plan that systems decide. */
export interface SystemsPlan {
  inputs: Record<string, string>;
  systems: unknown[];
}

/** What decides the predictions of systems, besides the bundle of the workspace. @throws ToolkitError (input) where something of it is missing */
export async function planSystems(
  context: Context,
  settings: Settings,
  chosen: readonly System[],
): Promise<SystemsPlan> {
  const { models } = settings.evaluate;
  const inputs: Record<string, string> = {};
  if (chosen.some(({ examples }) => examples)) inputs.samples = await stageHash(context, 'samples', 'build-data');
  for (const path of new Set(chosen.flatMap((system) => ('bundle' in system && system.bundle) || [])))
    inputs[`bundle ${path}`] = await bundleHash(resolve(context.workspace, path));
  for (const name of new Set(chosen.flatMap((system) => modelsOf(system, models)))) {
    const model = models[name]!;
    if ('gguf' in model) inputs[`model ${name}`] = await ggufHash(context, model);
  }
  return { inputs, systems: chosen.map((system) => decisive(system, models)) };
}

/** A ready system by its name alone. */
function decisive(system: System, models: Settings['evaluate']['models']): unknown {
  if (system === READY_SYSTEMS[system.name as keyof typeof READY_SYSTEMS]) return system.name;
  const asked = modelsOf(system, models).map((name) => [name, decisiveModel(models[name]!)]);
  return JSON.parse(JSON.stringify({ ...system, models: Object.fromEntries(asked) }));
}

function decisiveModel(model: ModelSettings): object {
  if ('gguf' in model) return {};
  const { baseUrl, model: name, parameters } = model;
  return { baseUrl, model: name, parameters };
}

async function bundleHash(folder: string): Promise<string> {
  const manifest = await readManifest(folder);
  if (manifest === undefined)
    throw new ToolkitError({ kind: 'input', what: 'there is no complete bundle', where: folder });
  await refuseChanged(folder, manifest, 'pnpm pipeline convert --force');
  return manifest.hash;
}

/** What of a model's folder makes its prompts. */
const PROMPT_FILES = ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'];

async function ggufHash(context: Context, { gguf, base }: GgufModelSettings): Promise<string> {
  const path = resolve(context.workspace, gguf);
  if (!existsSync(path)) throw new ToolkitError({ kind: 'input', what: 'there is no such model', where: path });
  const known = await openKnownHashes(knownHashesPath(context));
  const file = await known.hash(path);
  await known.save();
  const folder = baseFolder(context, base);
  const found = PROMPT_FILES.map((name) => join(folder, name)).filter((one) => existsSync(one));
  return hashJson([file, ...(await Promise.all(found.map((one) => hashFile(one))))]);
}

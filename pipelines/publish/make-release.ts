import { constants } from 'node:fs';
import { copyFile, link, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { Context } from '../../core/context.ts';
import type { StageEvents } from '../../core/event.ts';
import { hashFile } from '../../core/hash.ts';
import { readJsonFile, writeJsonFile } from '../../core/json-file.ts';
import { runStage } from '../../core/stage.ts';
import { LOCK_FILE } from '../lock.ts';
import type { Settings } from '../settings.ts';
import { writeContents } from './contents.ts';
import { dataCard } from './data-card.ts';
import { type CardParts, modelCard } from './model-card.ts';
import { publishedBase } from './published-base.ts';
import { PARTS, releaseFolder } from './release.ts';
import { releaseSources } from './release-sources.ts';

const STAGE = 'release';
/** Raised where the same artefacts give another release. */
const FORM = 1;

/**
 * Makes the folder `release` of a workspace: exactly what is published, cards included. Files are linked, not copied, where the disk can.
 * @throws ToolkitError (input) where what it is made of is not complete, or not of one run
 */
export async function* makeRelease(context: Context, settings: Settings): StageEvents {
  const sources = await releaseSources(context, settings);
  const base = publishedBase(settings);
  const { publish, seed, contextLength } = settings;
  const { title, license, intendedUse, data } = publish;
  const plan = {
    stage: STAGE,
    folder: releaseFolder(context.workspace),
    inputs: { ...sources.hashes, ...(await lockHash(context.workspace)) },
    settings: { form: FORM, base, contextLength, withBase: publish.base, data, title, license, intendedUse },
    seed,
  };
  yield* runStage(plan, { signal: context.signal }, async function* ({ folder }) {
    yield { type: 'start', stage: STAGE, total: sources.files.length };
    await clear(folder);
    for (const { part, path, from } of sources.files) {
      context.signal.throwIfAborted();
      await place(from, join(folder, part, path));
    }
    const parts: CardParts = { sources, settings, base };
    for (const { name } of sources.bundle.adapters) await placeConfig(context, folder, name, parts);
    await writeFile(join(folder, 'model', 'workspace.yaml'), workspaceYaml(parts, contextLength));
    await writeFile(join(folder, 'model', 'README.md'), modelCard(parts));
    if (data) await writeFile(join(folder, 'data', 'README.md'), dataCard(parts));
    for (const part of data ? PARTS : (['model'] as const)) await writeContents(join(folder, part), sources.hashes);
    return { files: sources.files.length, adapters: sources.bundle.adapters.length };
  });
}

/** The lock is no stage's: it counts as it is. */
async function lockHash(workspace: string): Promise<Record<string, string>> {
  const hash = await hashFile(join(workspace, LOCK_FILE)).catch(() => undefined);
  return hash === undefined ? {} : { [LOCK_FILE]: hash };
}

/** An interrupted run's files may be of a moment ago: links cost nothing. */
async function clear(folder: string): Promise<void> {
  for (const part of PARTS) await rm(join(folder, part), { recursive: true, force: true });
}

async function place(path: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  // A link to a file that lies elsewhere would be linked as the link that it is, and lead nowhere.
  const from = await realpath(path);
  // Another disk, or one without links.
  await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
}

const ConfigSchema = z.looseObject({ base_model_name_or_path: z.unknown() });

/** PEFT's config names the base as it lay on this machine. */
async function placeConfig(
  { workspace }: Context,
  folder: string,
  name: string,
  { base }: Pick<CardParts, 'base'>,
): Promise<void> {
  const inside = join('adapters', name, 'adapter_config.json');
  const config = await readJsonFile(join(workspace, inside), ConfigSchema);
  const named = { base_model_name_or_path: base.name, ...(base.revision !== undefined && { revision: base.revision }) };
  await writeJsonFile(join(folder, 'model', inside), { ...config, ...named });
}

/** What `pnpm serve` needs to know; nothing of servers or data. */
function workspaceYaml({ base }: CardParts, contextLength: number): string {
  return stringify({ ...(base.setting !== undefined && { base: base.setting }), contextLength });
}

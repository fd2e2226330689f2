import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { lock } from 'proper-lockfile';
import { z } from 'zod';
import { ToolkitError, messageOf } from './errors.ts';
import type { StageEvent, StageEvents } from './event.ts';
import { canonicalJson, hashFile, hashJson } from './hash.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

/** Everything that decides what a stage makes. Equal plans make equal artefacts. */
export interface StagePlan {
  /** For people: `synthesize`. */
  stage: string;
  /** The folder that it makes, absolute. */
  folder: string;
  /** Content hashes of what it reads. */
  inputs: Record<string, string>;
  /** Its settings, as JSON. */
  settings: unknown;
  seed: number;
}

export const ManifestSchema = z.object({
  version: z.literal(1),
  stage: z.string(),
  inputs: z.record(z.string(), z.string()),
  settings: z.unknown(),
  seed: z.number(),
  toolVersions: z.record(z.string(), z.string()),
  counts: z.record(z.string(), z.number()),
  /** sha256 of each file, by path inside the folder. */
  files: z.record(z.string(), z.string()),
  /** sha256 over `files`: what later stages take as this stage's hash. */
  hash: z.string(),
});
export type Manifest = z.infer<typeof ManifestSchema>;

export type StageState =
  | { state: 'fresh'; manifest: Manifest }
  | { state: 'stale'; why: string; manifest: Manifest }
  | { state: 'incomplete'; why: string }
  | { state: 'missing'; why: string };

export interface StageWork {
  /** Where to write: a temporary folder beside the final one. */
  folder: string;
  /** Whether `folder` holds what an interrupted run of the same plan left. */
  resumed: boolean;
}

const MANIFEST = 'manifest.json';
const PLAN = '.plan.json';

/** Compares what is on disk with a plan. */
export async function stageState(plan: StagePlan): Promise<StageState> {
  const manifest = await readManifest(plan.folder);
  if (manifest !== undefined) {
    const why = difference(manifest, plan);
    if (why === undefined) return { state: 'fresh', manifest };
    return { state: 'stale', why, manifest };
  }
  if (existsSync(partialFolder(plan))) return { state: 'incomplete', why: 'was interrupted' };
  return { state: 'missing', why: 'was never made' };
}

/** The manifest of a complete stage folder. `undefined` where the stage is not complete. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, MANIFEST);
  return existsSync(path) ? readJsonFile(path, ManifestSchema) : undefined;
}

/**
 * Runs a stage: skipped when its folder is fresh, resumed when an equal plan was interrupted, atomic in any case.
 * The work writes into `folder`; the manifest is written last and the folder then takes its final name.
 * @param work yields events and returns its counts
 * @throws whatever the work throws; what it has written stays for the next run
 */
export async function* runStage(
  plan: StagePlan,
  options: { force?: boolean; signal: AbortSignal; toolVersions?: Record<string, string> },
  work: (place: StageWork) => AsyncGenerator<StageEvent, Record<string, number>, undefined>,
): StageEvents {
  const before = await stageState(plan);
  if (before.state === 'fresh' && !options.force) {
    yield { type: 'skipped', stage: plan.stage, reason: 'fresh: inputs and settings are the same' };
    return;
  }
  const release = await acquire(plan);
  try {
    const place = await openPartial(plan, options.force === true);
    yield* checked(plan, options.signal, place, work, options.toolVersions ?? {});
  } finally {
    await release();
  }
}

async function* checked(
  plan: StagePlan,
  signal: AbortSignal,
  place: StageWork,
  work: (place: StageWork) => AsyncGenerator<StageEvent, Record<string, number>, undefined>,
  toolVersions: Record<string, string>,
): StageEvents {
  let counts: Record<string, number>;
  try {
    counts = yield* work(place);
    signal.throwIfAborted();
  } catch (error) {
    throw explain(error, plan, signal);
  }
  await rm(join(place.folder, PLAN), { force: true });
  const files = await hashFolder(place.folder);
  const { stage, inputs, settings, seed } = plan;
  const manifest: Manifest = { version: 1, stage, inputs, settings, seed, toolVersions, counts, files, hash: hashJson(files) };
  await writeJsonFile(join(place.folder, MANIFEST), manifest);
  await replaceFolder(place.folder, plan.folder);
  yield { type: 'done', stage, folder: plan.folder, counts };
}

function explain(error: unknown, plan: StagePlan, signal: AbortSignal): unknown {
  if (signal.aborted) {
    return new ToolkitError({
      kind: 'interrupted',
      what: 'interrupted',
      where: plan.stage,
      todo: 'run the same command again: it goes on where it stopped',
      cause: error,
    });
  }
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    return new ToolkitError({
      kind: 'environment',
      what: `the disk is full: ${messageOf(error)}`,
      where: plan.folder,
      todo: 'free some space and run the same command again: what was complete is kept',
      cause: error,
    });
  }
  return error;
}

/** Two runs on one folder would mix their files: the second is refused. A lock whose owner died goes stale in 10 s. */
async function acquire(plan: StagePlan): Promise<() => Promise<void>> {
  await mkdir(join(plan.folder, '..'), { recursive: true });
  try {
    return await lock(plan.folder, { realpath: false, stale: 10_000, retries: { retries: 6, minTimeout: 2000, maxTimeout: 2000 } });
  } catch (error) {
    throw new ToolkitError({
      kind: 'failed',
      what: 'another run is at work on this folder',
      where: plan.folder,
      todo: 'wait until it ends, or use another --workspace',
      cause: error,
    });
  }
}

async function openPartial(plan: StagePlan, force: boolean): Promise<StageWork> {
  const folder = partialFolder(plan);
  const key = hashJson(planKey(plan));
  const mark = join(folder, PLAN);
  const resumed = !force && existsSync(mark) && (await readFile(mark, 'utf8')) === key;
  if (!resumed) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(mark, key);
  }
  return { folder, resumed };
}

function planKey({ stage, inputs, settings, seed }: Pick<StagePlan, 'stage' | 'inputs' | 'settings' | 'seed'>) {
  return { stage, inputs, settings, seed };
}

function partialFolder(plan: StagePlan): string {
  return `${plan.folder}.partial`;
}

/** Says what differs; `undefined` where nothing does. */
function difference(manifest: Manifest, plan: StagePlan): string | undefined {
  const names = new Set([...Object.keys(manifest.inputs), ...Object.keys(plan.inputs)]);
  const changed = [...names].filter((name) => manifest.inputs[name] !== plan.inputs[name]);
  if (changed.length > 0) return `changed: ${changed.join(', ')}`;
  if (manifest.seed !== plan.seed) return `the seed was ${manifest.seed}, now ${plan.seed}`;
  if (canonicalJson(manifest.settings) !== canonicalJson(plan.settings)) return 'its settings changed';
  return undefined;
}

/** Puts a finished folder in the place of an old one. The old one is gone only when the new one stands. */
async function replaceFolder(from: string, to: string): Promise<void> {
  const old = `${to}.old`;
  await rm(old, { recursive: true, force: true });
  if (existsSync(to)) await rename(to, old);
  await rename(from, to);
  await rm(old, { recursive: true, force: true });
}

/** sha256 of every file in a folder, by relative path with `/`; `manifest.json` and dot files at the top left out. */
export async function hashFolder(folder: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  const entries = await readdir(folder, { recursive: true });
  for (const entry of entries.sort()) {
    const path = join(folder, entry);
    if (entry === MANIFEST || entry.startsWith('.') || !(await stat(path)).isFile()) continue;
    hashes[relative(folder, path).replaceAll('\\', '/')] = await hashFile(path);
  }
  return hashes;
}

import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, ToolkitError } from './errors.ts';
import type { StageEvent, StageEvents } from './event.ts';
import { isLocked, lockPatiently, SHORT_WAIT } from './folder-lock.ts';
import { hashJson } from './hash.ts';
import { writeJsonFile } from './json-file.ts';
import {
  changedFile,
  difference,
  hashFolder,
  MANIFEST,
  type Manifest,
  readManifest,
  type StagePlan,
} from './manifest.ts';

export type StageState =
  | { state: 'fresh'; manifest: Manifest }
  | { state: 'stale'; why: string; manifest: Manifest }
  | { state: 'incomplete'; why: string }
  | { state: 'missing'; why: string };

export interface StageRunOptions {
  /** Makes the stage again although it is fresh, from the start. */
  force?: boolean;
  signal: AbortSignal;
  /** Versions of what made the artefact, kept in the manifest. */
  toolVersions?: Record<string, string>;
}

export interface StageWork {
  /**
   * Where to write: a temporary folder beside the final one. Dot files and dot folders at its top are for what an interrupted
   * run goes on from: they are no part of the artefact, and are removed when it is complete.
   */
  folder: string;
  /** Whether `folder` holds what an interrupted run of the same plan left. */
  resumed: boolean;
}

const PLAN = '.plan.json';

/** Compares what is on disk with a plan, and its files with what they were when they were made: that reads them all. */
export async function stageState(plan: StagePlan): Promise<StageState> {
  const manifest = await readManifest(plan.folder).catch(asBroken);
  if (manifest === 'broken') return { state: 'incomplete', why: 'its manifest is broken' };
  if (manifest !== undefined) {
    const why = difference(manifest, plan);
    if (why !== undefined) return { state: 'stale', why, manifest };
    const changed = await changedFile(plan.folder, manifest);
    if (changed !== undefined) return { state: 'stale', why: `changed since it was made: ${changed}`, manifest };
    return { state: 'fresh', manifest };
  }
  if (existsSync(partialFolder(plan))) return { state: 'incomplete', why: 'was interrupted' };
  return { state: 'missing', why: 'was never made' };
}

/** A broken manifest proves nothing, and may be made again. */
function asBroken(error: unknown): 'broken' {
  if (error instanceof ToolkitError) return 'broken';
  throw error;
}

/** A stage at work: its lock is held until `release`. */
export interface OpenStage extends StageWork {
  /** Writes the manifest, last, and gives the folder its final name. */
  commit(counts: Record<string, number>): Promise<StageEvent>;
  /** Must be called in any case; what was written and not committed stays for the next run. */
  release(): Promise<void>;
}

/**
 * Runs a stage: skipped when its folder is fresh, resumed when an equal plan was interrupted, atomic in any case.
 * The work writes into `folder`; the manifest is written last and the folder then takes its final name.
 * @param work yields events and returns its counts
 * @throws whatever the work throws; what it has written stays for the next run
 */
export async function* runStage(
  plan: StagePlan,
  options: StageRunOptions,
  work: (place: StageWork) => AsyncGenerator<StageEvent, Record<string, number>, undefined>,
): StageEvents {
  const stage = await openStage(plan, options).catch((error: unknown) => {
    throw explainFailure(error, plan, options.signal);
  });
  if (stage === 'fresh') {
    yield skipped(plan);
    return;
  }
  try {
    const counts = yield* work(stage);
    options.signal.throwIfAborted();
    yield await stage.commit(counts);
  } catch (error) {
    throw explainFailure(error, plan, options.signal);
  } finally {
    await stage.release();
  }
}

/** What is told instead of a run where a stage is fresh. */
export function skipped(plan: StagePlan): StageEvent {
  return { type: 'skipped', stage: plan.stage, reason: 'fresh: inputs and settings are the same' };
}

/** Opens a stage by hand, where one process works on several (see `runStage`). */
export async function openStage(plan: StagePlan, options: StageRunOptions): Promise<OpenStage | 'fresh'> {
  const isFresh = async () => !options.force && (await stageState(plan)).state === 'fresh';
  if (await isFresh()) return 'fresh';
  const held = await acquire(plan, options.signal);
  try {
    await recover(plan);
    // Another run may have finished it while this one waited.
    if (await isFresh()) {
      await held.release();
      return 'fresh';
    }
    const place = await openPartial(plan, options.force === true);
    return {
      ...place,
      release: held.release,
      async commit(counts) {
        held.check();
        return commit(plan, place.folder, counts, options.toolVersions ?? {});
      },
    };
  } catch (error) {
    await held.release();
    throw error;
  }
}

async function commit(
  plan: StagePlan,
  folder: string,
  counts: Record<string, number>,
  toolVersions: Record<string, string>,
): Promise<StageEvent> {
  if (!(await isMarked(folder, plan))) throw removed(plan);
  const files = await hashFolder(folder);
  if (!(await isMarked(folder, plan))) throw removed(plan); // hashing takes its time, and the manifest would bring the folder back
  const { stage, inputs, settings, seed } = plan;
  const manifest: Manifest = {
    version: 1,
    stage,
    inputs,
    settings,
    seed,
    toolVersions,
    counts,
    files,
    hash: hashJson(files),
  };
  await writeJsonFile(join(folder, MANIFEST), manifest);
  await finish(folder, plan);
  return { type: 'done', stage, folder: plan.folder, counts };
}

/** Only when the manifest stands is nothing lost with what an interrupted run would have gone on from. */
async function finish(folder: string, plan: StagePlan): Promise<void> {
  const progress = (await readdir(folder)).filter((name) => name.startsWith('.'));
  for (const name of progress) await rm(join(folder, name), { recursive: true, force: true });
  await replaceFolder(folder, plan.folder);
}

/** Ends what a crash between manifest and final name left: a partial folder with a manifest is complete. */
async function recover(plan: StagePlan): Promise<void> {
  const partial = partialFolder(plan);
  const manifest = await readManifest(partial).catch(asBroken);
  if (manifest !== undefined && manifest !== 'broken') await finish(partial, plan);
  else if (!existsSync(plan.folder) && existsSync(`${plan.folder}.old`))
    await rename(`${plan.folder}.old`, plan.folder);
}

/** A failure of a stage's work as the user should read it. */
export function explainFailure(
  error: unknown,
  plan: Pick<StagePlan, 'stage' | 'folder'>,
  signal: AbortSignal,
): unknown {
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
  return isMarkLost(error, plan) ? removed(plan, error) : error;
}

/** Whether work failed because somebody removed the folder under it. */
function isMarkLost(error: unknown, plan: Pick<StagePlan, 'folder'>): boolean {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT' && 'path' in error)) return false;
  const partial = partialFolder(plan);
  return String(error.path).startsWith(partial) && !existsSync(join(partial, PLAN));
}

function removed(plan: Pick<StagePlan, 'folder'>, cause?: unknown): ToolkitError {
  return new ToolkitError({
    kind: 'failed',
    what: 'this folder was removed or replaced while the stage worked in it',
    where: partialFolder(plan),
    todo: 'run the same command again, and leave folders that end in `.partial` to it',
    cause,
  });
}

interface Held {
  /** @throws ToolkitError where another run took the folder over, while this machine stalled or slept */
  check(): void;
  release(): Promise<void>;
}

/** Two runs on one folder would mix their files: the second is refused. */
async function acquire(plan: StagePlan, signal: AbortSignal): Promise<Held> {
  let lost: Error | undefined;
  try {
    await mkdir(join(plan.folder, '..'), { recursive: true });
    const release = await lockPatiently(plan.folder, { ...SHORT_WAIT, signal }, (error) => {
      lost = error;
    });
    return {
      check() {
        if (lost) throw refused(plan, lost);
      },
      async release() {
        if (!lost) await release();
      },
    };
  } catch (error) {
    if (isLocked(error)) throw refused(plan, error);
    throw signal.aborted ? error : unwritable(plan.folder, error);
  }
}

function refused({ folder }: StagePlan, cause: unknown): ToolkitError {
  return new ToolkitError({
    kind: 'failed',
    what: 'another run is at work on this folder',
    where: folder,
    todo: 'wait until it ends, or use another --workspace',
    cause,
  });
}

/** What is told where an artefact or a workspace cannot be written. */
export function unwritable(folder: string, cause: unknown): ToolkitError {
  return new ToolkitError({
    kind: 'environment',
    what: `cannot write here: ${messageOf(cause)}`,
    where: folder,
    todo: 'see that it is in a folder that can be written to and has space, or use another --workspace',
    cause,
  });
}

async function openPartial(plan: StagePlan, force: boolean): Promise<StageWork> {
  const folder = partialFolder(plan);
  const resumed = !force && (await isMarked(folder, plan));
  if (!resumed) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, PLAN), hashJson(planKey(plan)));
  }
  return { folder, resumed };
}

/** Whether a folder is what this plan is being made in. */
async function isMarked(folder: string, plan: StagePlan): Promise<boolean> {
  const mark = join(folder, PLAN);
  return existsSync(mark) && (await readFile(mark, 'utf8')) === hashJson(planKey(plan));
}

function planKey({ stage, inputs, settings, seed }: Pick<StagePlan, 'stage' | 'inputs' | 'settings' | 'seed'>) {
  return { stage, inputs, settings, seed };
}

function partialFolder(plan: Pick<StagePlan, 'folder'>): string {
  return `${plan.folder}.partial`;
}

/** Puts a finished folder in the place of an old one. The old one is gone only when the new one stands. */
async function replaceFolder(from: string, to: string): Promise<void> {
  const old = `${to}.old`;
  await rm(old, { recursive: true, force: true });
  if (existsSync(to)) await rename(to, old);
  await rename(from, to);
  await rm(old, { recursive: true, force: true });
}

import { mkdir, readFile, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { modelInfo, type PathInfo } from '@huggingface/hub';
import { type ErrorDetails, ToolkitError } from '../errors.ts';
import type { StageEvent } from '../event.ts';
import { isLocked, lockPatiently } from '../folder-lock.ts';
import { downloadInto } from './download-hub-file.ts';
import type { HubAccess } from './hub-access.ts';
import { diskFailure, hubFailure, isOfDisk } from './hub-failure.ts';
import { type HubModel, hubModelName, isCommit } from './hub-model.ts';
import { isUntouched, markFetched, modelFolder } from './kept-model.ts';
import { filesOfBase, INDEX, listModel } from './model-files.ts';

export interface ModelDownload {
  /** Where models are kept; several workspaces, and processes, may share it. */
  cache: string;
  /** Whose events they are. */
  stage: string;
  access: HubAccess;
}

/**
 * The folder of a model of the Hub on this machine. What is missing of it is downloaded, only what a base needs, and said before with its size; a
 * broken download goes on where it stopped, also in another run. Each file is held to the hash that the Hub tells. One process downloads a
 * model, others wait for it.
 * @throws ToolkitError (environment, input or failed) that says why it cannot be had; (input) for a branch or a tag, with its commit
 */
export async function* downloadModel(
  model: HubModel,
  download: ModelDownload,
): AsyncGenerator<StageEvent, string, undefined> {
  const { cache, access } = download;
  const folder = modelFolder(cache, model);
  try {
    if (!isCommit(model.revision)) throw await unpinned(model, access);
    if (await isUntouched(folder)) return folder;
    await mkdir(cache, { recursive: true });
    const release = yield* lockModel(folder, model, download);
    try {
      if (!(await isUntouched(folder))) yield* complete(folder, model, download);
    } finally {
      await release();
    }
    return folder;
  } catch (error) {
    if (isOfDisk(error)) throw isFull(error) ? noSpace(model, { where: folder }) : diskFailure(error, folder);
    throw hubFailure(error, { ...model, path: '', kind: 'model' }, access);
  }
}

async function unpinned({ repo, revision }: HubModel, { url, token, fetch }: HubAccess): Promise<ToolkitError> {
  const request = { name: repo, revision, hubUrl: url, accessToken: token, fetch };
  const { sha } = await modelInfo({ ...request, additionalFields: ['sha'] });
  return new ToolkitError({
    kind: 'input',
    what: 'a base needs a commit: branches and tags move, and an adapter belongs to one state of its base',
    where: `hub:${repo}`,
    found: revision,
    todo: `write \`base: hub:${repo}@${sha}\`, its commit today`,
  });
}

/** One process downloads; another one that needs the model waits for it, however long that takes. */
async function* lockModel(
  folder: string,
  model: HubModel,
  { stage, access: { signal } }: ModelDownload,
): AsyncGenerator<StageEvent, () => Promise<void>, undefined> {
  // A machine that slept looks as if the lock had been taken over: the hashes tell whether the files are good.
  try {
    return await lockPatiently(folder, { tries: 1, everyMs: 0, signal });
  } catch (error) {
    if (!isLocked(error)) throw error;
    const note = `waiting for another process that downloads ${hubModelName(model)}`;
    yield { type: 'progress', stage, done: 0, note };
    return await lockPatiently(folder, { tries: Number.POSITIVE_INFINITY, everyMs: 500, signal });
  }
}

async function* complete(
  folder: string,
  model: HubModel,
  { stage, access }: ModelDownload,
): AsyncGenerator<StageEvent> {
  const listed = await listModel(model, access);
  const fetchOne = (about: PathInfo) =>
    downloadInto({ ...model, path: about.path, kind: 'model' }, { folder, stage, access, about });
  const index = listed.get(INDEX);
  // A few kilobytes, that tell what else there is.
  const indexPath = index === undefined ? undefined : await resultOf(fetchOne(index));
  const files = filesOfBase(model, listed, indexPath && (await readFile(indexPath, 'utf8')));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const missing = total - (await bytesThere(folder, files));
  await refuseFullDisk(folder, missing, model);
  const what = `${hubModelName(model)}, ${files.length} files`;
  if (missing > 0) yield { type: 'download', stage, what, bytes: missing };
  for (const about of files) {
    for await (const event of fetchOne(about)) {
      // The whole is said already.
      if (event.type === 'progress') yield { ...event, done: done + event.done, total };
    }
    done += about.size;
  }
  const names = files.map(({ path }) => path);
  await markFetched(folder, names);
}

async function resultOf<T>(steps: AsyncGenerator<StageEvent, T, undefined>): Promise<T> {
  for (let step = await steps.next(); ; step = await steps.next()) if (step.done) return step.value;
}

/** What an interrupted run left counts as there. */
async function bytesThere(folder: string, files: readonly PathInfo[]): Promise<number> {
  const sizes = files.map(async ({ path, size }) => {
    const places = [join(folder, path), join(folder, `${path}.part`)];
    const found = await Promise.all(places.map((place) => stat(place).catch(() => undefined)));
    return Math.min(size, Math.max(...found.map((about) => about?.size ?? 0)));
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function refuseFullDisk(folder: string, bytes: number, model: HubModel): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  if (bytes <= bavail * bsize) return;
  const gigabytes = (count: number) => `${(count / 1e9).toFixed(1)} GB`;
  throw noSpace(model, { where: folder, expected: gigabytes(bytes), found: `${gigabytes(bavail * bsize)} free` });
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}

function noSpace(model: HubModel, place: Pick<ErrorDetails, 'where' | 'expected' | 'found'>): ToolkitError {
  return new ToolkitError({
    kind: 'environment',
    what: `no space for ${hubModelName(model)}`,
    ...place,
    todo: 'free some space, or set XDG_CACHE_HOME to a folder on a larger disk, and run the same command again: it goes on where it stopped',
  });
}

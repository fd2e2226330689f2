import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { HubApiError, type PathInfo, pathsInfo } from '@huggingface/hub';
import { ToolkitError } from '../errors.ts';
import type { StageEvent } from '../event.ts';
import type { HubAccess } from './hub-access.ts';
import { bytesBetween, hubBytes } from './hub-bytes.ts';
import { diskFailure, hubFailure, isOfDisk, noSuchFile } from './hub-failure.ts';
import { HUB_TRIES, waitAfter } from './hub-fetch.ts';
import { type HubFile, hubFileName } from './hub-file.ts';
import { hashLike, isKept, keepDownload } from './kept-download.ts';

/** Bytes between two progress events. */
const PROGRESS_EVERY = 4_000_000;

export interface HubDownload {
  /** Where downloads are kept, by data set, commit and path. */
  cache: string;
  /** Whose events they are. */
  stage: string;
  access: HubAccess;
}

export interface DownloadInto extends Omit<HubDownload, 'cache'> {
  /** What the paths of the repository's files are relative to on this machine. */
  folder: string;
  /** What the Hub tells of the file, where it has been asked already. */
  about?: PathInfo;
}

/**
 * The path of a file of the Hub on this machine. What is not in the cache is downloaded, and said before with its size; a broken download goes on
 * where it stopped, also in another run. It takes its name in the cache only when it has the hash that the Hub tells;
 * one that was edited there is downloaded anew.
 * @throws ToolkitError (environment, input or failed) that says why it cannot be had
 */
export async function* downloadHubFile(
  file: HubFile,
  { cache, ...rest }: HubDownload,
): AsyncGenerator<StageEvent, string, undefined> {
  return yield* downloadInto(file, { ...rest, folder: join(cache, file.repo.replace('/', '--'), file.revision) });
}

/** The same, into a folder of the caller's choice. */
export async function* downloadInto(
  file: HubFile,
  { folder, about: known, stage, access }: DownloadInto,
): AsyncGenerator<StageEvent, string, undefined> {
  const path = join(folder, file.path);
  try {
    if (await isKept(path)) return path;
    const about = known ?? (await describeFile(file, access));
    yield { type: 'download', stage, what: hubFileName(file), bytes: about.size };
    await mkdir(dirname(path), { recursive: true });
    yield* complete(`${path}.part`, { file, about, stage, access });
    await keepDownload(`${path}.part`, path, await verify(`${path}.part`, file, about));
  } catch (error) {
    throw isOfDisk(error) ? diskFailure(error, path) : hubFailure(error, file, access);
  }
  return path;
}

async function describeFile(file: HubFile, { url, token, fetch }: HubAccess): Promise<PathInfo> {
  const { repo: name, revision, path, kind: type = 'dataset' } = file;
  const request = { repo: { type, name }, hubUrl: url, accessToken: token, fetch } as const;
  const [about] = await pathsInfo({ ...request, revision, paths: [path] });
  if (about?.type === 'file') return about;
  throw new ToolkitError({ ...noSuchFile(file), where: hubFileName(file) });
}

interface Download {
  file: HubFile;
  about: PathInfo;
  stage: string;
  access: HubAccess;
}

/** Adds to what is there until the size is reached. Gives up after some tries in a row that brought nothing. */
async function* complete(part: string, download: Download): AsyncGenerator<StageEvent> {
  const { file, about, access } = download;
  await using output = await open(part, 'a');
  let fruitless = 0;
  for (let size = (await output.stat()).size; size < about.size; ) {
    const before = size;
    let response: Response | undefined;
    let failure: unknown;
    try {
      response = await hubBytes(file, access, size);
      for await (const chunk of bytesBetween(response, size, about.size)) {
        await output.appendFile(chunk);
        const step = Math.floor(size / PROGRESS_EVERY);
        size += chunk.length;
        if (Math.floor(size / PROGRESS_EVERY) > step) yield progress(size, download);
      }
    } catch (error) {
      if (!isBreak(error) || access.signal.aborted) throw error;
      failure = error;
    }
    if (size >= about.size) break;
    fruitless = size > before ? 0 : fruitless + 1;
    if (fruitless === HUB_TRIES) throw failure ?? noBytes(file, response);
    await setTimeout(waitAfter(fruitless + 1, response), undefined, { signal: access.signal });
  }
  await output.sync();
}

function noBytes(file: HubFile, response?: Response): ToolkitError {
  return new ToolkitError({
    kind: 'failed',
    what: 'the Hub answers without the bytes of the file',
    where: hubFileName(file),
    found: `HTTP ${response?.status}, and nothing that belongs there`,
    todo: 'see that HF_ENDPOINT is right and run the same command again: it goes on where it stopped',
  });
}

function progress(size: number, { file, about, stage }: Download): StageEvent {
  const note = `${hubFileName(file)}: ${Math.floor((100 * size) / about.size)}% downloaded`;
  return { type: 'progress', stage, done: size, total: about.size, note };
}

/** Whether the connection broke: an answer, or a full disk, stays what it is. */
function isBreak(error: unknown): boolean {
  return !(error instanceof HubApiError || error instanceof ToolkitError || isOfDisk(error));
}

/** @returns the hash that it has @throws ToolkitError (failed) where the bytes are not those of the Hub; they are removed then */
async function verify(part: string, file: HubFile, { lfs, oid }: PathInfo): Promise<string> {
  const expected = lfs === undefined ? (oid ?? 'a hash') : `sha256:${lfs.oid}`;
  const found = await hashLike(expected, part);
  if (found === expected) return found;
  await rm(part);
  throw new ToolkitError({
    kind: 'failed',
    what: 'what was downloaded is not what the Hub has',
    where: hubFileName(file),
    expected,
    found,
    todo: 'run the same command again: it was removed and is downloaded anew',
  });
}

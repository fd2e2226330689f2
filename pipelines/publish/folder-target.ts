import { constants, existsSync } from 'node:fs';
import { copyFile, link, lstat, mkdir, readdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { isLocked, lockPatiently, SHORT_WAIT } from '../../core/folder-lock.ts';
import { hashFile } from '../../core/hash.ts';
import { unwritable } from '../../core/stage.ts';
import { METRICS, parseMetrics } from './parse-metrics.ts';
import type { Release, ReleaseFile } from './release.ts';
import { PUBLISH, type Target } from './target.ts';

/** Points to the last release. */
const CURRENT = 'current';

/**
 * A folder of releases: each is a folder with the release's name, `current` points to the last one, and a tag to the one that has it. A release is
 * written beside, checked, renamed, and only then pointed to.
 * @param folder absolute
 */
export function folderTarget(folder: string, signal: AbortSignal): Target {
  return {
    name: folder,
    async lastMetrics() {
      return parseMetrics(await readFile(join(folder, CURRENT, 'model', METRICS), 'utf8').catch(() => undefined));
    },
    async state(release) {
      await refuseFile(folder);
      await refuseTakenTag(folder, release);
      await refuseOthersPointer(folder);
      const missing = await missingIn(join(folder, release.name), release);
      const pointers = await Promise.all(pointersOf(release).map((name) => pointsTo(folder, name)));
      const complete = missing.size === 0 && pointers.every((to) => to === release.name);
      return { missing, complete };
    },
    async *send(release) {
      const unlock = await lockFolder(folder, signal);
      try {
        await refuseTakenTag(folder, release);
        yield* put(folder, release, signal);
        for (const pointer of pointersOf(release).reverse()) await point(folder, pointer, release.name);
        await removePartials(folder);
      } finally {
        await unlock();
      }
    },
  };
}

/** `current` first. */
function pointersOf({ tag }: Release): string[] {
  return tag === undefined ? [CURRENT] : [CURRENT, tag];
}

async function missingIn(place: string, { files }: Release): Promise<Set<string>> {
  const hashes = await Promise.all(files.map(({ path }) => hashFile(join(place, path)).catch(() => undefined)));
  return new Set(files.filter(({ sha256 }, at) => hashes[at] !== sha256).map(({ path }) => path));
}

async function pointsTo(folder: string, name: string): Promise<string | undefined> {
  return readlink(join(folder, name)).catch(() => undefined);
}

async function refuseFile(folder: string): Promise<void> {
  const there = await stat(folder).catch(() => undefined);
  if (there === undefined || there.isDirectory()) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'releases cannot be put here',
    where: folder,
    expected: 'a folder, or nothing',
    found: 'a file',
    todo: 'choose another place for --to or `publish.to`',
  });
}

async function refuseTakenTag(folder: string, { name, tag }: Release): Promise<void> {
  if (tag === undefined) return;
  const place = join(folder, tag);
  const there = await lstat(place).catch(() => undefined);
  if (there === undefined || (await pointsTo(folder, tag)) === name) return;
  throw new ToolkitError({
    kind: 'input',
    what: `the tag ${tag} names another release`,
    where: place,
    todo: 'choose another --tag',
  });
}

/** What is no link is none of ours, and a link cannot take its place. */
async function refuseOthersPointer(folder: string): Promise<void> {
  const place = join(folder, CURRENT);
  const there = await lstat(place).catch(() => undefined);
  if (there === undefined || there.isSymbolicLink()) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'the link to the last release cannot be made here',
    where: place,
    expected: `nothing, or the link \`${CURRENT}\` of an earlier release`,
    found: there.isDirectory() ? 'a folder' : 'a file',
    todo: 'publish into another folder, or move it away',
  });
}

/** Two that publish into one folder would mix their files. */
async function lockFolder(folder: string, signal: AbortSignal): Promise<() => Promise<void>> {
  try {
    await mkdir(folder, { recursive: true });
    return await lockPatiently(join(folder, 'publish'), { ...SHORT_WAIT, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    if (!isLocked(error)) throw unwritable(folder, error);
    throw new ToolkitError({
      kind: 'failed',
      what: 'another run publishes into this folder',
      where: folder,
      todo: 'wait until it ends',
    });
  }
}

async function* put(folder: string, release: Release, signal: AbortSignal): AsyncGenerator<StageEvent> {
  const place = join(folder, release.name);
  const [partial, last] = [join(folder, `.${release.name}.partial`), join(folder, CURRENT)];
  // A release that somebody damaged is made whole in the same way.
  if (existsSync(place) && (await missingIn(place, release)).size === 0) return;
  const total = release.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  const missing = await missingIn(partial, release);
  for (const file of release.files) {
    signal.throwIfAborted();
    if (missing.has(file.path)) await putFile(file, { from: release.folder, to: partial, last });
    done += file.bytes;
    yield { type: 'progress', stage: PUBLISH, done, total, note: file.path };
  }
  await rm(place, { recursive: true, force: true });
  await rename(partial, place);
}

/** What broken tries of other releases have left. */
async function removePartials(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => /^\.release-\w+\.partial$/.test(name));
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true });
}

interface Places {
  from: string;
  to: string;
  /** Of the last release: what is the same is linked there. */
  last: string;
}

async function putFile({ path, sha256 }: ReleaseFile, { from, to, last }: Places): Promise<void> {
  const target = join(to, path);
  await mkdir(dirname(target), { recursive: true });
  await rm(target, { force: true });
  const older = join(last, path);
  if ((await hashFile(older).catch(() => undefined)) === sha256 && (await tryLink(older, target))) return;
  await copyFile(join(from, path), target, constants.COPYFILE_FICLONE);
  const found = await hashFile(target);
  if (found === sha256) return;
  await rm(target, { force: true });
  throw new ToolkitError({
    kind: 'failed',
    what: 'what was written is not what was meant: the disk fails, or the release changed meanwhile',
    where: target,
    expected: sha256,
    found,
    todo: 'run the same command again',
  });
}

async function tryLink(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    () => false,
  );
}

/** A link that is put in the place of an older one at once: who reads finds the old release or the new one. */
async function point(folder: string, name: string, release: string): Promise<void> {
  const temporary = join(folder, `.${name}.new`);
  await rm(temporary, { force: true });
  await symlink(release, temporary, 'dir');
  await rename(temporary, join(folder, name));
}

import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  type Stats,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ToolkitError } from '../../core/errors.ts';
import { isInside } from '../../core/is-inside.ts';

const MAX_ENTRIES = 50_000;
const MAX_BYTES = 2_000_000_000;
/** Later than any change: no file system then updates it on reading, so that two runs see the same. Told as volatile (volatile.ts). */
const ACCESSED = new Date('2100-01-01T00:00:00Z');

/** A file, folder or link as it was when it was looked at. */
export interface Snapshot {
  kind: 'file' | 'folder' | 'link';
  size: number;
  modified: Date;
  /** Of a link: what it points to, from the folder where it stands. */
  target?: string;
  /** Of a folder, in sorted order. */
  children: Map<string, Snapshot>;
}

/** One file or folder with a copy that can be put back. */
export interface Copy {
  restore(): void;
}

/**
 * Looks at an original; `restore` makes the copy equal to it, with its modification times. Only what differs is written again, but a folder whose
 * entries changed is filled anew in sorted order, so that listings come out in the same order each time. The topmost folder itself stays:
 * a server that holds it open goes on working. Links stay inside the copy; those that lead out of the original, or nowhere, are left out:
 * through them a call would change the user's own data.
 */
export function planCopy(from: string, to: string): Copy {
  const original = snapshotOf(from);
  return {
    restore() {
      mkdirSync(dirname(to), { recursive: true });
      try {
        restoreEntry(original, from, to);
      } catch (error) {
        throw changing(from, error);
      }
    },
  };
}

/**
 * What is copied of a file or folder: files, folders, and links that lead to something inside. Pipes, sockets and devices are left out:
 * reading one may never end. @throws ToolkitError (input) where it is none of them, or too much
 */
export function snapshotOf(path: string): Snapshot {
  const top = realpathSync(path);
  const found = snapshot(top, { top, entries: 0, bytes: 0 });
  if (found !== undefined) return found;
  throw new ToolkitError({
    kind: 'input',
    what: 'cannot be copied into a sandbox',
    where: path,
    expected: 'a file or folder',
    found: 'a pipe, socket or device',
  });
}

interface Total {
  /** The topmost folder, or the one file, without links in its path. */
  top: string;
  entries: number;
  bytes: number;
}

function snapshot(path: string, total: Total): Snapshot | undefined {
  const entry = lstatSync(path);
  total.entries += 1;
  total.bytes += entry.isFile() ? entry.size : 0;
  if (total.entries > MAX_ENTRIES || total.bytes > MAX_BYTES) refuse(path);
  const kind = kindOf(entry);
  const target = kind === 'link' ? targetInside(path, total.top) : undefined;
  if (kind === undefined || (kind === 'link' && target === undefined)) return undefined;
  const children = new Map<string, Snapshot>();
  for (const name of kind === 'folder' ? readdirSync(path).sort() : []) {
    const child = snapshot(join(path, name), total);
    if (child !== undefined) children.set(name, child);
  }
  return { kind, size: entry.size, modified: new Date(Math.floor(entry.mtimeMs)), target, children };
}

function kindOf(entry: Stats): Snapshot['kind'] | undefined {
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isDirectory()) return 'folder';
  return entry.isFile() ? 'file' : undefined;
}

/** The relative way from a link to where it leads in the end: it holds in the copy as well. `undefined`: nowhere inside. */
function targetInside(link: string, top: string): string | undefined {
  try {
    const target = realpathSync(link);
    return isInside(target, top) ? relative(dirname(link), target) || '.' : undefined;
  } catch {
    return undefined;
  }
}

function restoreEntry(original: Snapshot, from: string, to: string): void {
  const isSame = isUnchanged(original, to);
  if (original.kind === 'folder') restoreFolder(original, from, to, isSame);
  else if (!isSame) write(original, from, to);
}

function restoreFolder(original: Snapshot, from: string, to: string, isSame: boolean): void {
  if (!isSame) {
    if (!lstatSync(to, { throwIfNoEntry: false })?.isDirectory()) rmSync(to, { recursive: true, force: true });
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(to)) rmSync(join(to, name), { recursive: true, force: true });
  }
  for (const [name, child] of original.children) restoreEntry(child, join(from, name), join(to, name));
  if (!isSame) utimesSync(to, ACCESSED, original.modified);
}

/** By kind, size and modification time, as file synchronizers do. */
function isUnchanged(original: Snapshot, path: string): boolean {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return false;
  if (original.kind === 'link') return entry.isSymbolicLink() && readlinkSync(path) === original.target;
  if (original.kind === 'folder')
    return entry.isDirectory() && Math.floor(entry.mtimeMs) === original.modified.getTime();
  return entry.isFile() && entry.size === original.size && Math.floor(entry.mtimeMs) === original.modified.getTime();
}

function write(original: Snapshot, from: string, to: string): void {
  if (original.kind === 'link') {
    rmSync(to, { recursive: true, force: true });
    symlinkSync(original.target!, to);
    return;
  }
  if (lstatSync(to, { throwIfNoEntry: false })?.isFile() === false) rmSync(to, { recursive: true, force: true });
  copyFileSync(from, to);
  utimesSync(to, ACCESSED, original.modified);
}

/** A file that was there a moment ago: somebody writes while it is copied. */
function changing(where: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) return error;
  return new ToolkitError({
    kind: 'environment',
    what: `data of a sandbox change while they are copied: ${error.message}`,
    where,
    todo: 'end what writes there (the original), or start the server anew for each trace, so that it cannot (`sandbox.<server>.restart: true`)',
    cause: error,
  });
}

function refuse(where: string): never {
  throw new ToolkitError({
    kind: 'input',
    what: 'too much to copy into a sandbox',
    where,
    expected: `at most ${MAX_ENTRIES} entries and ${MAX_BYTES} bytes`,
    todo: 'name a smaller folder in `sandbox.<server>.copy`, and use it in the servers file',
  });
}

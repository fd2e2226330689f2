import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ToolkitError } from '../core/errors.ts';

const MAX_ENTRIES = 50_000;
const MAX_BYTES = 2_000_000_000;
/** Later than any change: no file system then updates it on reading, so that two runs see the same. Told as volatile (sandbox-volatile). */
const ACCESSED = new Date('2100-01-01T00:00:00Z');

/** A file, folder or link as it was when the sandbox was opened. */
interface Snapshot {
  kind: 'file' | 'folder' | 'link';
  size: number;
  modified: Date;
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
 * a server that holds it open goes on working.
 */
export function planCopy(from: string, to: string): Copy {
  const original = snapshot(from, statSync(from).isDirectory(), { entries: 0, bytes: 0 });
  return {
    restore() {
      mkdirSync(dirname(to), { recursive: true });
      restoreEntry(original, from, to);
    },
  };
}

function snapshot(path: string, follow: boolean, total: { entries: number; bytes: number }): Snapshot {
  const entry = follow ? statSync(path) : lstatSync(path);
  total.entries += 1;
  total.bytes += entry.isFile() ? entry.size : 0;
  if (total.entries > MAX_ENTRIES || total.bytes > MAX_BYTES) refuse(path);
  const names = entry.isDirectory() ? readdirSync(path).sort() : [];
  const children = names.map((name) => [name, snapshot(join(path, name), false, total)] as const);
  const kind = entry.isSymbolicLink() ? 'link' : entry.isDirectory() ? 'folder' : 'file';
  return { kind, size: entry.size, modified: new Date(Math.floor(entry.mtimeMs)), children: new Map(children) };
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
  if (original.kind === 'link') return entry.isSymbolicLink();
  if (original.kind === 'folder')
    return entry.isDirectory() && Math.floor(entry.mtimeMs) === original.modified.getTime();
  return entry.isFile() && entry.size === original.size && Math.floor(entry.mtimeMs) === original.modified.getTime();
}

function write(original: Snapshot, from: string, to: string): void {
  if (original.kind === 'link') {
    rmSync(to, { recursive: true, force: true });
    symlinkSync(readlinkSync(from), to);
    return;
  }
  if (lstatSync(to, { throwIfNoEntry: false })?.isFile() === false) rmSync(to, { recursive: true, force: true });
  copyFileSync(from, to);
  utimesSync(to, ACCESSED, original.modified);
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

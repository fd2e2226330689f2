import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join, sep } from 'node:path';
import { hashFile } from '../../core/hash.ts';
import type { PathPair } from './paths.ts';

/** What a call did to its server's copies; `housekeeping` is what programs keep beside the data for themselves. */
export type Changes = 'none' | 'housekeeping' | 'data';

/** More are too many to be looked at after every call. */
const MOST_ENTRIES = 5000;
/** Times of files are no finer than this everywhere: two changes may bear the same. */
const SAME_TIME_MS = 50;
/** Logs, locks, caches, journals of databases, and git's index, which also `git status` writes. */
const HOUSEKEEPING =
  /(^|\/)(\.git\/(index|FETCH_HEAD|ORIG_HEAD|gc\.pid)|\.DS_Store|__pycache__(\/.*)?|\.cache(\/.*)?|[^/]*(\.log|\.lock|\.tmp|~|-wal|-shm|-journal|\.pyc))$/;

interface Entry {
  kind: 'file' | 'folder' | 'link' | 'other';
  size: number;
  modified: number;
  copy: string;
  /** Of a link: where it leads. Of a file: the hash of what is in it; absent: it is as the original. */
  content?: string;
}

/** By path of the original. */
type Entries = ReadonlyMap<string, Entry>;

/** Looks after each call at what a server's copies hold. Content decides; it is read only where time or size have changed. */
export class CopyWatch {
  readonly #pairs: readonly PathPair[];
  /** Absent: the copies were put back since. */
  #known: Entries | undefined;
  #lookedAt = 0;

  constructor(pairs: readonly PathPair[]) {
    this.#pairs = pairs;
  }

  /** The copies are as the originals again. */
  forget(): void {
    this.#known = undefined;
  }

  /** Before a call: changes count from now on. */
  begin(): void {
    this.#known ??= this.#look();
  }

  /** After a call. `undefined` where it cannot be told: nothing is copied, or too much. */
  async changes(): Promise<Changes | undefined> {
    const before = this.#known ?? new Map<string, Entry>();
    if (before.size === 0 || before.size > MOST_ENTRIES) return undefined;
    const lookedAt = this.#lookedAt;
    const after = this.#look();
    for (const [path, entry] of after)
      if (entry.kind === 'file') entry.content = await contentOf(entry, before.get(path), lookedAt);
    this.#known = after;
    const changed: string[] = [];
    for (const path of new Set([...before.keys(), ...after.keys()]))
      if (await differs(path, before.get(path), after.get(path))) changed.push(path.split(sep).join('/'));
    if (changed.length === 0) return 'none';
    return changed.every((path) => HOUSEKEEPING.test(path)) ? 'housekeeping' : 'data';
  }

  #look(): Map<string, Entry> {
    const found = new Map<string, Entry>();
    for (const { original, copy } of this.#pairs) walk(original, copy, found);
    this.#lookedAt = Date.now();
    return found;
  }
}

function walk(original: string, copy: string, found: Map<string, Entry>): void {
  const stats = lstatSync(copy, { throwIfNoEntry: false });
  if (stats === undefined || found.size > MOST_ENTRIES) return;
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other';
  const content = kind === 'link' ? readlinkSync(copy) : undefined;
  found.set(original, { kind, size: kind === 'file' ? stats.size : 0, modified: stats.mtimeMs, copy, content });
  if (kind === 'folder')
    for (const name of readdirSync(copy).sort()) walk(join(original, name), join(copy, name), found);
}

/** What is known of a file stays true until it is touched. */
async function contentOf(
  { size, modified, copy }: Entry,
  before: Entry | undefined,
  lookedAt: number,
): Promise<string | undefined> {
  const isUntouched = before?.size === size && before.modified === modified && modified < lookedAt - SAME_TIME_MS;
  return isUntouched ? before.content : hashOf(copy);
}

async function differs(original: string, before: Entry | undefined, after: Entry | undefined): Promise<boolean> {
  if (before === undefined || after === undefined) return true;
  if (before.kind !== after.kind || before.size !== after.size) return true;
  if (before.content === after.content) return false;
  return (before.content ?? (await hashOf(original))) !== (after.content ?? (await hashOf(original)));
}

/** A file that cannot be read is like no other. */
function hashOf(path: string): Promise<string> {
  return hashFile(path).catch(() => 'unreadable');
}

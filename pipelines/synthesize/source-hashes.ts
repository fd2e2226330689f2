import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hashFile, hashJson } from '../../core/hash.ts';
import { type Snapshot, snapshotOf } from '../../runtime/sandbox/copy.ts';
import type { SandboxRule } from '../../runtime/sandbox/rule.ts';

/**
 * One hash per server over what its sandbox copies, and the files that its commands name: other data, other traces. Modification times of copied files
 * count, since results show them.
 * @throws ToolkitError (input) where it is too much to copy
 */
export async function sourceHashes(
  sandbox: Readonly<Record<string, Pick<SandboxRule, 'copy' | 'snapshot' | 'reset'>>>,
  folder: string,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const [server, { copy = [], snapshot = [], reset = [] }] of Object.entries(sandbox)) {
    const trees: unknown[] = [];
    for (const path of copy.map((written) => resolve(folder, written)))
      trees.push(existsSync(path) ? await hashTree(path, snapshotOf(path)) : 'missing');
    for (const path of [...snapshot, ...reset].map((written) => resolve(folder, written)))
      if (statSync(path, { throwIfNoEntry: false })?.isFile()) trees.push(await hashFile(path));
    hashes[`data of ${server}`] = hashJson(trees);
  }
  return hashes;
}

/** One after another: there may be more files than can be open at once. */
async function hashTree(path: string, { kind, modified, target, children }: Snapshot): Promise<unknown> {
  if (kind === 'link') return target;
  if (kind === 'file') return [await hashFile(path), modified.getTime()];
  const entries: unknown[] = [modified.getTime()];
  for (const [name, child] of children) entries.push([name, await hashTree(join(path, name), child)]);
  return entries;
}

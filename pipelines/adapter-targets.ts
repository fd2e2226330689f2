import type { Candidate } from '../core/candidate.ts';
import { hashText } from '../core/hash.ts';
import type { Split, Task } from '../core/sample.ts';
import type { Tool } from '../core/tool.ts';
import { samplePath } from './build-data/sample-path.ts';

/** An adapter that a workspace's samples can make. */
export interface AdapterTarget {
  name: string;
  task: Task;
  /** Whose arguments it writes; absent for an adapter of several tools. */
  tool?: Tool;
  /** Whose tools' arguments it writes; absent for an adapter of one tool, or of all. */
  group?: string;
  /** Which of the adapters for a tool's arguments it is; absent for other tasks. */
  candidate?: Candidate;
  /** The tools whose arguments it writes, by id, with where their samples may lie; none for other tasks. */
  tools: { id: string; path: string }[];
  /** Where its samples may lie inside a split's folder. */
  paths: string[];
}

/** All adapters that there can be, the simpler ones for arguments first, and each kind in the catalogue's order. */
export function adapterTargets(tools: readonly Tool[]): AdapterTarget[] {
  const own = (candidate: Candidate, prefix: string) => tools.map((tool) => ownTarget(tool, candidate, prefix));
  const groups = [...Map.groupBy(tools, ({ group }) => group)];
  return [
    { name: 'selector', task: 'selector', tools: [], paths: [samplePath('selector')] },
    { name: 'monolithic', task: 'monolithic', tools: [], paths: [samplePath('monolithic')] },
    { name: 'arguments', task: 'arguments', candidate: 'shared', ...ofTools(tools) },
    ...groups.map(([group, members]) => groupTarget(group, members)),
    ...own('own', 'arguments'),
    ...own('own-from-group', 'own-from-group'),
    ...own('own-from-nothing', 'own-from-nothing'),
  ];
}

function ownTarget(tool: Tool, candidate: Candidate, prefix: string): AdapterTarget {
  return { name: `${prefix}-${tool.slug}`, task: 'arguments', candidate, tool, ...ofTools([tool]) };
}

function groupTarget(group: string, members: readonly Tool[]): AdapterTarget {
  const name = `group-${groupSlug(group)}`;
  return { name, task: 'arguments', candidate: 'group', group, ...ofTools(members) };
}

function ofTools(tools: readonly Tool[]): Pick<AdapterTarget, 'tools' | 'paths'> {
  const own = tools.map(({ id, slug }) => ({ id, path: samplePath('arguments', slug) }));
  return { tools: own, paths: own.map(({ path }) => path).sort() };
}

/** A group's name as a file's: names of servers are the user's. */
function groupSlug(group: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,59}$/.test(group)) return group;
  const safe = group.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '-');
  return `${safe.slice(0, 60)}-${hashText(group).slice(7, 15)}`;
}

/** Those of an adapter's samples of a split that there are: hashes by path, out of those of the samples' folder. */
export function splitFiles(
  split: Split,
  paths: readonly string[],
  files: Readonly<Record<string, string>>,
): Record<string, string> {
  const found = paths.map((path) => `${split}/${path}`).filter((file) => file in files);
  return Object.fromEntries(found.map((file) => [file, files[file]!]));
}

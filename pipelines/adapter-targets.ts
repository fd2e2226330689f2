import type { Split, Task } from '../core/sample.ts';
import type { Tool } from '../core/tool.ts';
import { samplePath } from './build-data/sample-path.ts';

/** An adapter that a workspace's samples can make. */
export interface AdapterTarget {
  name: string;
  task: Task;
  /** Whose arguments it writes; absent for an adapter of all tools. */
  tool?: Tool;
  /** Where its samples may lie inside a split's folder. */
  paths: string[];
}

/** Name of the adapter of all tools' arguments. */
export const SHARED_ARGUMENTS = 'arguments';

/** All adapters that there can be: one of each kind, and one for each tool's arguments, in the catalogue's order. */
export function adapterTargets(tools: readonly Tool[]): AdapterTarget[] {
  const each = tools.map(
    (tool): AdapterTarget => ({
      name: `arguments-${tool.slug}`,
      task: 'arguments',
      tool,
      paths: [samplePath('arguments', tool.slug)],
    }),
  );
  return [
    { name: 'selector', task: 'selector', paths: [samplePath('selector')] },
    { name: 'monolithic', task: 'monolithic', paths: [samplePath('monolithic')] },
    { name: SHARED_ARGUMENTS, task: 'arguments', paths: each.flatMap(({ paths }) => paths).sort() },
    ...each,
  ];
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

import type { Sample, Task } from '../../core/sample.ts';

/** Where the samples of a task lie inside a split's folder. */
export function samplePath(task: Task, slug?: string): string {
  return task === 'arguments' ? `arguments/${slug}.jsonl` : `${task}.jsonl`;
}

/** The path of a sample, given the slugs of the tools by id. */
export function pathOfSample(sample: Sample, slugs: ReadonlyMap<string, string>): string {
  return samplePath(sample.task, sample.tool === undefined ? undefined : slugs.get(sample.tool));
}

/** Name of the adapter that is trained on the arguments of all tools. */
export const SHARED_ARGUMENTS = 'arguments';

/** The paths of all tools' argument samples, given the files of the samples' folder. */
export function argumentPaths(files: Readonly<Record<string, string>>): string[] {
  const start = 'train/arguments/';
  const found = Object.keys(files).filter((file) => file.startsWith(start));
  return found.map((file) => file.slice('train/'.length)).sort();
}

import type { Sample, Task } from '../../core/sample.ts';

/** Where the samples of a task lie inside a split's folder. */
export function samplePath(task: Task, slug?: string): string {
  return task === 'arguments' ? `arguments/${slug}.jsonl` : `${task}.jsonl`;
}

/** The path of a sample, given the slugs of the tools by id. */
export function pathOfSample(sample: Sample, slugs: ReadonlyMap<string, string>): string {
  return samplePath(sample.task, sample.tool === undefined ? undefined : slugs.get(sample.tool));
}

import { join } from 'node:path';
import { readJsonl } from '../../../core/jsonl.ts';
import type { Manifest } from '../../../core/manifest.ts';
import { type Sample, SampleSchema, TaskSchema } from '../../../core/sample.ts';
import { shortPrint } from '../../../datasets/fingerprints.ts';
import { CrossTable } from './cross-table.ts';
import { SampleIndex } from './sample-index.ts';

export interface ReadSamples {
  index: SampleIndex;
  /** The samples of the wanted traces, by the trace's id. */
  samples: ReadonlyMap<string, Sample[]>;
  /** All, by task and split. */
  tasks: CrossTable;
}

const FILE = /^(train|validation|test)\/.*\.jsonl$/;

/**
 * Reads all samples once and keeps those of some traces.
 * @param options.wanted short fingerprints of the ids of these traces
 */
export async function readSamples(
  folder: string,
  { files }: Manifest,
  { wanted, signal }: { wanted: ReadonlySet<number>; signal: AbortSignal },
): Promise<ReadSamples> {
  const index = new SampleIndex();
  const samples = new Map<string, Sample[]>();
  const tasks = new CrossTable();
  for (const file of Object.keys(files)
    .filter((path) => FILE.test(path))
    .sort()) {
    for await (const sample of readJsonl(join(folder, file), SampleSchema)) {
      signal.throwIfAborted();
      const { trace, split } = sample.meta;
      index.add(trace, split);
      tasks.add(sample.task, split);
      if (wanted.has(shortPrint(trace))) samples.set(trace, [...(samples.get(trace) ?? []), sample]);
    }
  }
  const rank = ({ task }: Sample) => TaskSchema.options.indexOf(task);
  for (const own of samples.values()) own.sort((a, b) => rank(a) - rank(b));
  return { index, samples, tasks };
}

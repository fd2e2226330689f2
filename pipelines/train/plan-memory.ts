import { resolve } from 'node:path';
import { GB } from '../../core/byte-size.ts';
import { loadTokenizer, type Tokenizer } from '../../core/tokenizer.ts';
import type { Job } from '../../trainers/job.ts';
import { type BaseShape, readBaseShape } from '../../trainers/memory/base-shape.ts';
import { estimateMemory } from '../../trainers/memory/estimate-memory.ts';
import { carefulChoice, equalParts, fitMemory } from '../../trainers/memory/fit-memory.ts';
import type { SampleLengths } from '../../trainers/memory/sample-lengths.ts';
import { trainingCost } from '../../trainers/memory/training-cost.ts';
import { countSharers, trainedAlone } from '../../trainers/train-together.ts';
import type { ChosenExecutor } from './choose-executor.ts';
import type { JobMemory } from './job-memory.ts';
import { measureSamples } from './measure-samples.ts';
import type { PlannedJob } from './plan-job.ts';

/** Of what `memory: auto` takes: the rest is for the screen, and for what the estimate misses. */
const AUTO_SHARE = 0.92;

export type MemoryPlace = Pick<ChosenExecutor, 'device' | 'workers'>;

/** What each job takes, and what `memory` in its recipe chooses for it. */
export async function planMemory(jobs: readonly PlannedJob[], place: MemoryPlace): Promise<JobMemory[]> {
  const tokenizers = new Map<string, Promise<Tokenizer>>();
  const files = new Map<string, Promise<SampleLengths[]>>();
  const once = <T>(known: Map<string, T>, key: string, make: () => T) => {
    const value = known.get(key) ?? make();
    known.set(key, value);
    return value;
  };
  const all = jobs.map(({ job }) => job);
  const planned: JobMemory[] = [];
  for (const job of jobs) {
    const at = (path: string) => resolve(job.plan.folder, path);
    const base = at(job.job.base);
    const tokenizer = await once(tokenizers, base, () => loadTokenizer(base));
    const measure = (path: string) => once(files, `${base} ${path}`, () => measureSamples(path, tokenizer));
    const lengths = (await Promise.all(job.job.train.map((path) => measure(at(path))))).flat();
    const known = { shape: await readBaseShape(base), lengths, sharers: countSharers(job.job, all), ...place };
    const one = planOne(job, known);
    planned.push({ job, lengths, cost: trainingCost({ ...job.job, ...one.choice }, lengths), ...one });
  }
  return planned;
}

interface Known extends MemoryPlace {
  shape?: BaseShape;
  lengths: readonly SampleLengths[];
  /** Adapters that share the job's steps, where its form stays as it is. */
  sharers: number;
}

function planOne({ recipe: { recipe }, job }: PlannedJob, known: Known): Omit<JobMemory, 'job' | 'lengths' | 'cost'> {
  const { shape, lengths, sharers, device, workers } = known;
  const { memory } = recipe;
  const share = device.device === 'gpu' ? 1 : workers;
  const stated = typeof memory === 'number' ? memory * GB : undefined;
  const available = stated ?? device.free / share;
  // What is free of a machine's memory says little, as what files take of it is given up when it is needed.
  const limit = stated ?? (device.device === 'gpu' ? device.free : device.total / share);
  const { micro_batch_size, gradient_checkpointing } = job;
  const asWritten = { micro_batch_size, gradient_checkpointing };
  const unseen = memory === 'as-written' ? asWritten : carefulChoice(job);
  const adaptersOf = (values: Job) => (trainedAlone(values) === undefined ? sharers : 1);
  if (shape === undefined)
    return { choice: equalParts(job, unseen), adapters: adaptersOf({ ...job, ...unseen }), available, limit };
  const bf16 = job.precision === 'auto' ? device.bf16 : job.precision === 'bf16';
  const computing = { device: device.device, bf16 };
  const estimate = (values: Job) => estimateMemory(shape, values, lengths, computing, adaptersOf(values));
  // Not what is free just now, so that the same is chosen each time.
  const chosenFor = stated ?? (AUTO_SHARE * device.total) / share;
  const isKnown = memory !== 'as-written' && Number.isFinite(chosenFor);
  const choice = equalParts(job, isKnown ? fitMemory(job, lengths, chosenFor, estimate) : unseen);
  const chosen = { ...job, ...choice };
  const least = estimateMemory(shape, chosen, lengths, computing).total;
  return { choice, available, limit, estimate: estimate(chosen), adapters: adaptersOf(chosen), least };
}

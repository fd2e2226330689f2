import { join } from 'node:path';
import { z } from 'zod';
import type { StageEvent } from '../../core/event.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { notingMemory } from '../../trainers/bench/noting-memory.ts';
import type { Trainer } from '../../trainers/trainer.ts';
import { benchJob } from './bench-job.ts';
import type { BenchSetup } from './bench-setup.ts';
import { pairedRuns } from './paired-runs.ts';
import { runTrainer } from './run-trainer.ts';
import type { StepCase } from './step-row.ts';
import type { TrainingRow } from './training-row.ts';

/** The second takes what the first one took. */
const STEPS = 1;
const MEGA = 1e6;
const MemorySchema = z.object({ resting: z.number(), peak: z.number() });

/** Memory that a step takes beyond what is held before it, peer's by ours. */
export async function* memoryRow(
  setup: BenchSetup,
  { name, file, method, batch, target, limit }: StepCase,
): AsyncGenerator<StageEvent, TrainingRow, undefined> {
  const place = { folder: join(setup.folder, name), base: setup.base, train: [file.path] };
  // As the peer's: both keep what enters a layer and compute the rest again.
  const recipe = { method, batch_size: batch, max_steps: STEPS, gradient_checkpointing: true };
  const ourJob = await benchJob({ ...place, name: 'ours', recipe });
  const peerJob = await benchJob({ ...place, name: 'peer', recipe });
  const megabytes = async (trainer: Trainer, job: string) => {
    const out = join(place.folder, 'memory.json');
    await runTrainer(setup.run, notingMemory(trainer, out), [job]);
    const { resting, peak } = await readJsonFile(out, MemorySchema);
    return (peak - resting) / MEGA;
  };
  const { runs, ratio } = yield* pairedRuns(setup, name, 'MB', {
    peer: () => megabytes(setup.leanPeer, peerJob),
    ours: () => megabytes(setup.ours, ourJob),
  });
  const note = `what a step of ${batch} samples takes beyond base and adapter, ${method}, both with gradient checkpointing`;
  return { name, ratio, target, limit, pass: ratio >= target, note, runs };
}

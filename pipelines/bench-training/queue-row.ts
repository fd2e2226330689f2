import { join } from 'node:path';
import type { StageEvent } from '../../core/event.ts';
import type { BenchFile } from '../../trainers/bench/bench-inputs.ts';
import type { Trainer } from '../../trainers/trainer.ts';
import { benchJob } from './bench-job.ts';
import type { BenchSetup } from './bench-setup.ts';
import { pairedRuns } from './paired-runs.ts';
import { refuseOtherGradients } from './refuse-other-gradients.ts';
import { runTrainer } from './run-trainer.ts';
import type { StepCase } from './step-row.ts';
import type { TrainingRow } from './training-row.ts';

export interface QueueCase extends Pick<StepCase, 'name' | 'method' | 'batch' | 'target' | 'limit'> {
  /** Of each adapter. */
  files: readonly BenchFile[];
  epochs: number;
}

/** Seconds for all adapters from nothing to files: the peer in a process for each, ours in one; imports and loads included. */
export async function* queueRow(
  setup: BenchSetup,
  { name, files, method, batch, epochs, target, limit }: QueueCase,
): AsyncGenerator<StageEvent, TrainingRow, undefined> {
  const place = (side: string) => ({ folder: join(setup.folder, name, side), base: setup.base });
  const recipe = { method, batch_size: batch, epochs };
  yield { type: 'progress', stage: name, done: 0, total: setup.runs, note: 'gradients' };
  const gate = { ...recipe, batch_size: Math.min(batch, 3), precision: 'fp32' as const };
  const first = { ...place('gate'), name: 'gate', train: [files[0]!.path], recipe: gate };
  const difference = await refuseOtherGradients(setup, await benchJob(first));
  const jobs = (side: string) =>
    Promise.all(
      files.map((file, at) => benchJob({ ...place(side), name: `adapter-${at}`, train: [file.path], recipe })),
    );
  const [ourJobs, peerJobs] = [await jobs('ours'), await jobs('peer')];
  const seconds = async (trainer: Trainer, paths: string[]) => (await runTrainer(setup.run, trainer, paths)).seconds;
  const { runs, ratio } = yield* pairedRuns(setup, name, 'seconds', {
    async peer() {
      let sum = 0;
      for (const job of peerJobs) sum += await seconds(setup.peer, [job]);
      return sum;
    },
    ours: () => seconds(setup.ours, ourJobs),
  });
  const note = `${files.length} adapters, ${epochs} epochs, ${method}, gradients equal to ${difference.toExponential(0)}`;
  return { name, ratio, target, limit, pass: ratio >= target, note, runs };
}

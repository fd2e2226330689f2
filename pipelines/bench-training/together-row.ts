import { join } from 'node:path';
import type { StageEvent } from '../../core/event.ts';
import type { BenchFile } from '../../trainers/bench/bench-inputs.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import { benchJob } from './bench-job.ts';
import type { BenchSetup } from './bench-setup.ts';
import { pairedRuns } from './paired-runs.ts';
import { refuseOtherLosses } from './refuse-other-losses.ts';
import { runTrainer } from './run-trainer.ts';
import type { TrainingRow } from './training-row.ts';

export interface TogetherCase {
  name: string;
  adapters: number;
  file: BenchFile;
  base: string;
  target: number;
}

const STEPS = 12;

/** Seconds of adapters with a row a step, trained one after another by those of all of them in one step. Ours is its own peer here. */
export async function* togetherRow(
  setup: BenchSetup,
  { name, adapters, file, base, target }: TogetherCase,
): AsyncGenerator<StageEvent, TrainingRow, undefined> {
  const jobs = (side: string, together: number, precision: 'auto' | 'fp32') => {
    const recipe = { batch_size: 1, max_steps: precision === 'fp32' ? 2 : STEPS, together, precision, seed: 1 };
    const place = { folder: join(setup.folder, name, side), base, train: [file.path] };
    return Promise.all(
      Array.from({ length: adapters }, (_, at) => benchJob({ ...place, name: `adapter-${at}`, recipe })),
    );
  };
  const run = async (paths: string[]) => (await runTrainer(setup.run, setup.ours, paths)).events;
  yield { type: 'progress', stage: name, done: 0, total: setup.runs, note: 'losses and gradients' };
  const exact = (side: string, together: number) => jobs(side, together, 'fp32').then(run);
  refuseOtherLosses(await exact('gate-alone', 1), await exact('gate-together', adapters));
  const [alone, together] = [await jobs('alone', 1, 'auto'), await jobs('together', adapters, 'auto')];
  const { runs, ratio } = yield* pairedRuns(setup, name, 'seconds', {
    peer: async () => secondsOfSteps(await run(alone)).reduce((sum, seconds) => sum + seconds, 0),
    ours: async () => Math.max(...secondsOfSteps(await run(together))),
  });
  const note = `${STEPS} steps of ${file.shared + file.query + file.trained} tokens and the head of a turn for each of ${adapters} adapters, steps and saving`;
  return { name, ratio, target, limit: null, pass: ratio >= target, note, runs };
}

/** Of each job, without imports and loads. */
function secondsOfSteps(events: readonly TrainerEvent[]): number[] {
  return events.filter((event) => event.event === 'done').map(({ seconds }) => seconds);
}

import { join } from 'node:path';
import type { StageEvent } from '../../core/event.ts';
import type { Recipe } from '../../recipes/schema.ts';
import type { BenchFile } from '../../trainers/bench/bench-inputs.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import type { Trainer } from '../../trainers/trainer.ts';
import { median } from '../scoring/median.ts';
import { benchJob } from './bench-job.ts';
import type { BenchSetup } from './bench-setup.ts';
import { pairedRuns } from './paired-runs.ts';
import { refuseOtherGradients } from './refuse-other-gradients.ts';
import { runTrainer } from './run-trainer.ts';
import type { StepSpeed, TrainingRow } from './training-row.ts';

export interface StepCase {
  name: string;
  file: BenchFile;
  method: Recipe['method'];
  batch: number;
  target: number;
  limit: number;
}

type Step = Extract<TrainerEvent, { event: 'step' }>;
type Side = 'peer' | 'ours';
/** Passes over the samples; ours takes the steps of all but the first one as later epochs. */
const EPOCHS = 3;
/** The peer's, of which the first is left out. */
const PEER_STEPS = 2;

/** Seconds of a training step, peer's by ours; ours in later epochs, where nothing is computed for the first time. */
export async function* stepRow(setup: BenchSetup, one: StepCase): AsyncGenerator<StageEvent, TrainingRow, undefined> {
  const { name, file, method, batch, target, limit } = one;
  const place = { folder: join(setup.folder, name), base: setup.base, train: [file.path] };
  const recipe = { method, batch_size: batch, epochs: EPOCHS };
  yield { type: 'progress', stage: name, done: 0, total: setup.runs, note: 'gradients' };
  const gate = await benchJob({
    ...place,
    name: 'gate',
    recipe: { ...recipe, batch_size: Math.min(batch, 3), precision: 'fp32' },
  });
  const difference = await refuseOtherGradients(setup, gate);
  const job = await benchJob({ ...place, name: 'ours', recipe });
  const peerJob = await benchJob({ ...place, name: 'peer', recipe: { ...recipe, max_steps: PEER_STEPS } });
  const perEpoch = Math.ceil(file.count / batch);
  const last: Partial<Record<Side, Step>> = {};
  const seconds = async (which: Side, path: string, skip: number) => {
    const found = await steps(setup, setup[which], { job: path, skip });
    last[which] = found.at(-1)!;
    return median(found.map((step) => step.seconds));
  };
  const { runs, ratio } = yield* pairedRuns(setup, name, 'seconds', {
    peer: () => seconds('peer', peerJob, 1),
    ours: () => seconds('ours', job, perEpoch),
  });
  const side = (which: Side) => speed(median(runs.map((run) => run[which])), { batch, step: last[which]!, setup });
  return {
    name,
    ratio,
    target,
    limit,
    pass: ratio >= target,
    note: `a step of ${batch} samples, gradients equal to ${difference.toExponential(0)}`,
    runs,
    speed: { peer: side('peer'), ours: side('ours') },
  };
}

async function steps(
  setup: BenchSetup,
  trainer: Trainer,
  { job, skip }: { job: string; skip: number },
): Promise<Step[]> {
  const { events } = await runTrainer(setup.run, trainer, [job]);
  return events.filter((event) => event.event === 'step').slice(skip);
}

function speed(seconds: number, { batch, step, setup }: { batch: number; step: Step; setup: BenchSetup }): StepSpeed {
  const { parameters, peakTflops } = setup;
  // Forward, and backward to the inputs: the base's own weights get no gradients.
  const flops = 4 * parameters * step.computed_tokens;
  return {
    examplesPerSecond: batch / seconds,
    tokensPerSecond: step.tokens / seconds,
    trainedTokensPerSecond: step.trained_tokens / seconds,
    ...(peakTflops && { shareOfPeak: flops / seconds / (peakTflops * 1e12) }),
  };
}

import type { Context } from '../../core/context.ts';
import { messageOf } from '../../core/errors.ts';
import { stageState } from '../../core/stage.ts';
import { countSteps } from '../../trainers/memory/count-steps.ts';
import type { MemoryEstimate } from '../../trainers/memory/estimate-memory.ts';
import type { SampleLengths } from '../../trainers/memory/sample-lengths.ts';
import type { TrainingDevice } from '../../trainers/memory/training-device.ts';
import type { Settings } from '../settings.ts';
import { memoryTrouble } from './check-memory.ts';
import { chooseExecutor, executorFor } from './choose-executor.ts';
import { missingGpu } from './open-trainers.ts';
import { isForced } from './plan-job.ts';
import { planJobs, type TrainOptions } from './plan-jobs.ts';
import { planMemory } from './plan-memory.ts';

/** What would be done about one adapter. */
export interface PlannedTraining {
  job: string;
  state: 'fresh' | 'stale' | 'incomplete' | 'missing';
  samples: number;
  /** Of one pass over the samples, near enough. */
  tokens: number;
  steps: number;
  micro_batch_size: number;
  gradient_checkpointing: boolean;
  /** Bytes, by what takes them; absent where the base's build is not known. */
  memory?: MemoryEstimate;
  /** Bytes that it may take. */
  available: number;
  /** Why it may not fit, or will be refused. */
  warning?: string;
}

/**
 * What `train` would do, without doing it.
 * @param device what it would train on; absent: this machine
 */
export async function dryRun(
  context: Context,
  settings: Settings,
  options: TrainOptions,
  device?: TrainingDevice,
): Promise<PlannedTraining[]> {
  const jobs = await planJobs(context, settings, options);
  const chosen = await chooseExecutor(executorFor(settings, options), jobs, context);
  const planned = await planMemory(jobs, { ...chosen, ...(device !== undefined && { device }) });
  return Promise.all(
    planned.map(async (one) => {
      const { job, lengths, estimate, choice, available } = one;
      const sum = (of: (one: SampleLengths) => number) => lengths.reduce((total, one) => total + of(one), 0);
      const noGpu = missingGpu([job.recipe.recipe], (device ?? chosen.device).device);
      const troubles = [noGpu, memoryTrouble(one)];
      const warnings = troubles.flatMap((trouble) => (trouble === undefined ? [] : [messageOf(trouble)]));
      const { state } = await stageState(job.plan);
      return {
        job: job.job.name,
        state: state === 'fresh' && isForced(job, options) ? 'stale' : state,
        samples: sum(({ samples }) => samples),
        tokens: sum(({ samples, prefix, own }) => samples * prefix + own),
        steps: countSteps(job.job, lengths),
        ...choice,
        memory: estimate,
        available,
        warning: warnings.length === 0 ? undefined : warnings.join('\n'),
      };
    }),
  );
}

import { memorySize } from '../../core/byte-size.ts';
import { joinErrors, ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import type { MemoryChoice } from '../../trainers/memory/fit-memory.ts';
import type { JobMemory } from './job-memory.ts';
import { longestFirst } from './longest-first.ts';
import { memoryAdvice, memoryText } from './memory-text.ts';
import type { PlannedJob } from './plan-job.ts';
import { type MemoryPlace, planMemory } from './plan-memory.ts';

/** What is told of each job before it is trained. */
export interface MemoryEvent extends Pick<JobMemory, 'available' | 'estimate'>, MemoryChoice {
  event: 'memory';
}

/** With what memory allows it, and its predicted time (`trainingCost`). */
export interface FittedJob extends PlannedJob {
  cost: number;
}

/** An estimate that is over by this is over even if it is a fifth too high. */
const CERTAIN = 1.25;

/**
 * The jobs with what `memory` in their recipes chose, the longest first, so that the short ones fill up the end. Tells how they share the time, and each estimate,
 * and warns where a job may not fit.
 * @throws ToolkitError (environment) naming every job that cannot
 */
export async function* fitJobs(
  jobs: readonly PlannedJob[],
  place: MemoryPlace,
): AsyncGenerator<StageEvent, FittedJob[], undefined> {
  const planned = await planMemory(jobs, place);
  const parts = planned.map(({ job, cost }) => ({ stage: job.plan.stage, cost }));
  yield { type: 'parts', stage: 'train', parts };
  const errors: ToolkitError[] = [];
  for (const one of planned) {
    const { job, estimate, choice, available } = one;
    const { stage } = job.plan;
    const event: MemoryEvent = { event: 'memory', ...choice, available, estimate };
    yield { type: 'data', stage, data: { ...event } };
    for (const message of notAsWritten(one)) yield { type: 'warning', stage, message };
    const trouble = memoryTrouble(one);
    if (trouble instanceof ToolkitError) errors.push(trouble);
    else if (trouble !== undefined) yield { type: 'warning', stage, message: trouble };
  }
  if (errors.length > 0) throw joinErrors('not enough memory', errors);
  return longestFirst(planned, ({ cost }) => cost).map(({ job, cost, choice }) => ({
    ...job,
    cost,
    job: { ...job.job, ...choice },
  }));
}

/** What of a recipe is not done as it says, beside what `memory` chooses. */
function notAsWritten({ job: { recipe, job }, choice }: JobMemory): string[] {
  const { micro_batch_size: wanted, together, gradient_checkpointing } = recipe.recipe;
  const size = Math.min(wanted ?? job.batch_size, job.batch_size);
  const isUneven = job.trainer !== 'peft' && job.batch_size % size !== 0;
  const isAlone = together > 1 && choice.gradient_checkpointing && !gradient_checkpointing;
  return [
    ...(isUneven
      ? [
          `the trainer ${job.trainer} computes ${choice.micro_batch_size} samples at once, not ${size}: a batch of ${job.batch_size} in equal parts`,
        ]
      : []),
    ...(isAlone ? ['it is trained alone, not together: to fit into memory it needs gradient checkpointing'] : []),
  ];
}

/** Why a job may not fit: a warning; or cannot: an error. */
export function memoryTrouble(planned: JobMemory): string | ToolkitError | undefined {
  const { estimate, adapters, least = 0, available, limit, job } = planned;
  if (estimate === undefined || estimate.total <= available) return undefined;
  const atOnce = adapters > 1 ? `, for ${adapters} adapters at once (\`together\`)` : '';
  if (least <= CERTAIN * limit)
    return `it may need more memory than the ${memorySize(available)} that are free: about ${memoryText(estimate)}${atOnce}`;
  return new ToolkitError({
    kind: 'environment',
    what: 'this training needs more memory than there is',
    where: job.plan.stage,
    expected: `at most ${memorySize(Math.min(limit, available))}`,
    found: `about ${memoryText(estimate)}`,
    todo: memoryAdvice(planned),
  });
}

import type { StageEvent } from '../../core/event.ts';
import { stageState } from '../../core/stage.ts';
import type { PlannedJob } from './plan-job.ts';
import { recordedValidation } from './recorded-validation.ts';
import { type Validation, whyWorse } from './why-worse.ts';

/** How good each adapter that is to go on from what it was is now, where that was validated. To be asked before it is trained. */
export async function validationsBefore(jobs: readonly PlannedJob[]): Promise<Map<PlannedJob, Validation>> {
  const renewed = jobs.filter(({ renews }) => renews !== undefined);
  const found = await Promise.all(
    renewed.map(async (job) => [job, await recordedValidation(job.plan.folder)] as const),
  );
  return new Map(found.flatMap(([job, validation]) => (validation ? [[job, validation] as const] : [])));
}

/** Warns of those that are worse than they were: so few passes did not do. */
export async function* warnOfWorse(before: ReadonlyMap<PlannedJob, Validation>): AsyncGenerator<StageEvent> {
  for (const [{ plan }, validation] of before) {
    if ((await stageState(plan)).state !== 'fresh') continue; // it failed, which is told
    const now = await recordedValidation(plan.folder);
    const why = now && whyWorse(validation, now);
    if (why === undefined) continue;
    const message = `it went on from what it was (\`renew\`) and is worse: ${why}. \`pnpm train --force\` with its recipe trains it from nothing`;
    yield { type: 'warning', stage: plan.stage, message };
  }
}

import type { StageEvents } from '../../core/event.ts';
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

/** The events of a training, and a warning behind the end of each adapter that is worse than it was: so few passes did not do. */
export async function* warningOfWorse(events: StageEvents, before: ReadonlyMap<PlannedJob, Validation>): StageEvents {
  const renewed = new Map([...before].map(([{ plan, job }, validation]) => [plan.stage, { plan, job, validation }]));
  for await (const event of events) {
    yield event;
    const one = event.type === 'done' ? renewed.get(event.stage) : undefined;
    const now = one && (await recordedValidation(one.plan.folder));
    const why = now && whyWorse(one.validation, now);
    if (why === undefined) continue;
    const only = one!.job.tool === null ? '' : ` and \`--tool ${one!.job.tool}\``;
    const message = `it went on from what it was (\`renew\`) and is worse: ${why}. \`pnpm train --force\` with its recipe${only} trains it from nothing`;
    yield { type: 'warning', stage: event.stage, message };
  }
}

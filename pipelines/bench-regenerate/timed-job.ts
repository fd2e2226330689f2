import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import type { Settings } from '../settings.ts';
import { WHOLE_JOB } from '../whole-job.ts';

export interface TimedJob {
  seconds: number;
  /** Seconds of each stage, in their order. */
  stages: Map<string, number>;
  /** Adapters that were trained, and that were taken over from another name, in the order of their names. */
  trained: string[];
  adopted: string[];
  /** All else that was made, by stage. */
  made: string[];
}

/** Does what `pnpm pipeline run` does. */
export async function* timedJob(context: Context, settings: Settings): AsyncGenerator<StageEvent, TimedJob, undefined> {
  const stages = new Map<string, number>();
  const [trained, adopted, made]: [string[], string[], string[]] = [[], [], []];
  for (const { name, run } of WHOLE_JOB) {
    const begun = performance.now();
    for await (const event of run(context, settings, {})) {
      if (event.type === 'done') {
        const [, adapter] = event.stage.split('train ');
        if (adapter === undefined) made.push(event.stage);
        else ('adopted' in event.counts ? adopted : trained).push(adapter);
      }
      yield event;
    }
    stages.set(name, (performance.now() - begun) / 1000);
  }
  const seconds = [...stages.values()].reduce((sum, one) => sum + one, 0);
  return { seconds, stages, trained: trained.sort(), adopted: adopted.sort(), made };
}

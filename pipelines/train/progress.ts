import type { StageEvent } from '../../core/event.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import { jobFailure } from '../../trainers/trainer-failure.ts';

type Step = Extract<TrainerEvent, { event: 'step' }>;

/** Steps whose mean time tells how long the rest takes. */
const WINDOW = 20;

/** Turns a trainer's events into a stage's; one for each job. */
export function jobProgress(stage: string): (event: TrainerEvent) => StageEvent[] {
  const recent: Step[] = [];
  return (event) => {
    const data: StageEvent = { type: 'data', stage, data: event };
    switch (event.event) {
      case 'start':
        return [{ type: 'start', stage, total: event.total, resumed: event.resumed }, data];
      case 'step':
        recent.push(event);
        if (recent.length > WINDOW) recent.shift();
        return [
          data,
          { type: 'progress', stage, done: event.step, total: event.total, note: describeStep(event, recent) },
        ];
      case 'eval': {
        const note = `validation loss ${event.loss.toFixed(3)}, ${(100 * event.accuracy).toFixed(1)}% of the trained tokens right`;
        return [data, { type: 'progress', stage, done: event.step, note }];
      }
      case 'error':
        return [{ type: 'failed', stage, message: jobFailure(event).message }];
      default:
        return [data];
    }
  };
}

function describeStep({ step, total, loss }: Step, recent: readonly Step[]): string {
  const seconds = recent.reduce((sum, event) => sum + event.seconds, 0);
  const trained = recent.reduce((sum, event) => sum + event.trained_tokens, 0);
  const left = Math.ceil(((total - step) * seconds) / recent.length);
  return `loss ${loss.toFixed(3)}, ${Math.round(trained / seconds)} trained tokens/s, ${left} s left`;
}

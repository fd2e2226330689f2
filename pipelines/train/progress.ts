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
        const right =
          event.exact === undefined
            ? `${percent(event.accuracy)} of the trained tokens right`
            : `${percent(event.exact)} of the calls right`;
        const note = `validation loss ${event.loss.toFixed(3)}, ${right}`;
        return [data, { type: 'progress', stage, done: event.step, note }];
      }
      case 'warning':
        return [data, { type: 'warning', stage, message: event.message }];
      case 'error':
        return [{ type: 'failed', stage, message: jobFailure(event).message }];
      default:
        return [data];
    }
  };
}

const percent = (share: number) => `${(100 * share).toFixed(1)}%`;

function describeStep({ step, total, loss }: Step, recent: readonly Step[]): string {
  const seconds = recent.reduce((sum, event) => sum + event.seconds, 0);
  const trained = recent.reduce((sum, event) => sum + event.trained_tokens, 0);
  const left = Math.ceil(((total - step) * seconds) / recent.length);
  return `loss ${loss.toFixed(3)}, ${Math.round(trained / seconds)} trained tokens/s, ${left} s left`;
}

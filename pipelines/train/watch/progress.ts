import type { StageEvent } from '../../../core/event.ts';
import type { TrainerEvent } from '../../../trainers/events.ts';
import { jobFailure } from '../../../trainers/trainer-failure.ts';
import { RecentSteps, type Step } from './recent-steps.ts';

/** Turns a trainer's events into a stage's; one for each job. */
export function jobProgress(stage: string): (event: TrainerEvent) => StageEvent[] {
  const recent = new RecentSteps();
  return (event) => {
    const data: StageEvent = { type: 'data', stage, data: event };
    switch (event.event) {
      case 'start':
        return [{ type: 'start', stage, total: event.total, resumed: event.resumed }, data];
      case 'step':
        recent.add(event);
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

function describeStep({ step, total, loss }: Step, { perStep, rate }: RecentSteps): string {
  const left = Math.ceil((total - step) * perStep);
  return `loss ${loss.toFixed(3)}, ${Math.round(rate)} trained tokens/s, ${left} s left`;
}

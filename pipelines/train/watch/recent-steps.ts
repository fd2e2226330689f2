import type { TrainerEvent } from '../../../trainers/events.ts';

export type Step = Extract<TrainerEvent, { event: 'step' }>;

const WINDOW = 20;

/** The last steps of a training: their means tell how fast it is, and how long the rest takes. */
export class RecentSteps {
  #steps: Step[] = [];

  add(step: Step): void {
    this.#steps = [...this.#steps, step].slice(-WINDOW);
  }

  /** Seconds of a step. */
  get perStep(): number {
    return this.#sum('seconds') / this.#steps.length;
  }

  /** Trained tokens each second; not finite where no time has passed. */
  get rate(): number {
    return this.#sum('trained_tokens') / this.#sum('seconds');
  }

  #sum(member: 'seconds' | 'trained_tokens'): number {
    return this.#steps.reduce((sum, step) => sum + step[member], 0);
  }
}

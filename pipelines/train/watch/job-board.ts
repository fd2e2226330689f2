import type { StageEvent } from '../../../core/event.ts';
import type { TrainerEvent } from '../../../trainers/events.ts';
import type { MemoryEvent } from '../check-memory.ts';
import { RecentSteps, type Step } from './recent-steps.ts';

export type JobState = 'waiting' | 'training' | 'validating' | 'done' | 'failed' | 'interrupted' | 'skipped';

/** What is known of a job while all are trained. */
export interface JobRow {
  /** As its adapter is called. */
  name: string;
  state: JobState;
  /** As the events call it. */
  stage: string;
  /** Predicted, in any unit. */
  cost: number;
  step: number;
  /** 0: not known yet. */
  total: number;
  /** Steps that an interrupted run has done. */
  resumed: number;
  /** Of the last step. */
  loss?: number;
  validationLoss?: number;
  /** Trained tokens each second, over the last steps. */
  rate?: number;
  memory?: { bytes: number; gpu: boolean };
  /** Seconds, over the last steps. */
  perStep?: number;
  /** Why it failed, or what there is to know about it. */
  note?: string;
}

/** Keeps what the events of a training say about its jobs. Times are in milliseconds. */
export class JobBoard {
  readonly #rows = new Map<string, JobRow>();
  readonly #recent = new Map<string, RecentSteps>();
  #gpu = new Set<string>();
  #began: number | undefined;
  #warning: string | undefined;

  /** @returns whether the event is about a job, or about all of them */
  apply(event: StageEvent, now: number): boolean {
    if (event.type === 'parts') {
      this.#begin(event.parts);
      return true;
    }
    const row = this.#rows.get(event.stage);
    if (row === undefined) return false;
    if (event.type === 'data') this.#take(row, event.data as TrainerEvent | MemoryEvent, now);
    if (event.type === 'done') row.state = 'done';
    if (event.type === 'skipped') Object.assign(row, { state: 'skipped', note: event.reason });
    if (event.type === 'failed') Object.assign(row, { state: 'failed', note: event.message });
    if (event.type === 'warning') {
      row.note = event.message;
      this.#warning = `${row.name}: ${event.message}`;
    }
    return true;
  }

  /** The training ended, whether well or not: what has not ended was interrupted. */
  end(): void {
    for (const row of this.#rows.values())
      if (row.state === 'training' || row.state === 'validating') row.state = 'interrupted';
  }

  get rows(): readonly JobRow[] {
    return [...this.#rows.values()];
  }

  /** The last one, with the name of its job. */
  get warning(): string | undefined {
    return this.#warning;
  }

  /** Whether nothing is left to wait for. */
  get isOver(): boolean {
    return this.rows.every(({ state }) => ['done', 'failed', 'interrupted', 'skipped'].includes(state));
  }

  /** Seconds that all jobs will take: by how much of the predicted cost was done in the time since the first step. */
  secondsLeft(now: number): number | undefined {
    if (this.#began === undefined) return undefined;
    const rows = this.rows.filter(({ state }) => state !== 'skipped');
    const share = ({ state, step, total }: JobRow) => (state === 'done' ? 1 : total > 0 ? step / total : 0);
    const before = ({ resumed, total }: JobRow) => (total > 0 ? resumed / total : 0);
    const sum = (part: (row: JobRow) => number) => rows.reduce((all, row) => all + row.cost * part(row), 0);
    const made = sum((row) => share(row) - before(row));
    const left = sum((row) => (row.state === 'failed' || row.state === 'interrupted' ? 0 : 1 - share(row)));
    if (made <= 0) return undefined;
    const alone = rows.map((row) => secondsLeftOf(row) ?? 0);
    return Math.max((left / made) * ((now - this.#began) / 1000), ...alone);
  }

  #begin(parts: readonly { stage: string; cost: number }[]): void {
    this.#rows.clear();
    this.#recent.clear();
    this.#began = undefined;
    this.#warning = undefined;
    for (const { stage, cost } of parts) {
      const name = stage.replace(/^train /, '');
      this.#rows.set(stage, { name, stage, cost, state: 'waiting', step: 0, total: 0, resumed: 0 });
    }
  }

  #take(row: JobRow, event: TrainerEvent | MemoryEvent, now: number): void {
    if (event.event === 'start') {
      const { total, resumed } = event;
      Object.assign(row, { state: 'training', step: resumed, total, resumed });
      this.#recent.delete(row.stage);
      if (event.device === 'cpu') this.#gpu.delete(row.stage);
      else this.#gpu.add(row.stage);
      this.#began ??= now;
    } else if (event.event === 'step') this.#step(row, event);
    else if (event.event === 'validating') row.state = 'validating';
    else if (event.event === 'eval') Object.assign(row, { state: 'training', validationLoss: event.loss });
  }

  #step(row: JobRow, event: Step): void {
    const recent = this.#recent.get(row.stage) ?? new RecentSteps();
    this.#recent.set(row.stage, recent);
    recent.add(event);
    const { perStep, rate } = recent;
    const { step, total, loss, memory_bytes: bytes } = event;
    const gpu = this.#gpu.has(row.stage);
    Object.assign(row, { state: 'training', step, total, loss, perStep });
    if (Number.isFinite(rate)) row.rate = rate;
    if (bytes !== undefined) row.memory = { bytes, gpu };
  }
}

/** Seconds that a job at work still takes; `undefined` before its first step, and where it is not at work. */
export function secondsLeftOf({ state, step, total, perStep }: JobRow): number | undefined {
  if (perStep === undefined || (state !== 'training' && state !== 'validating')) return undefined;
  return (total - step) * perStep;
}

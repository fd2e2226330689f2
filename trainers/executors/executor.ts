import type { TrainerEvent } from '../events.ts';
import type { Trainer } from '../trainer.ts';
import type { WorkerEnd } from './worker-end.ts';

/** What workers are started for. */
export interface WorkersRun {
  trainer: Trainer;
  /** The folder of the queue that they share, see `openQueue`. */
  queue: string;
  env: Readonly<Record<string, string>>;
  /** Abort: the queue is closed; workers write a checkpoint and end, and those that wait for a machine are taken back. */
  signal: AbortSignal;
  onEvent: (event: TrainerEvent) => void;
  /** The trainer's log. */
  onLog?: (line: string) => void;
  /** A worker waits for what others use. */
  onWait?: (text: string) => void;
}

/** Where trainers run. */
export interface Executor {
  name: string;
  /**
   * Starts workers, each of which trains jobs of the queue until none waits.
   * @param workers their numbers, which no other workers of the queue have had
   * @returns how each ended, after its last event; never rejected
   */
  start(workers: readonly number[], run: WorkersRun): Promise<WorkerEnd>[];
}

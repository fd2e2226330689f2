import type { TrainerEvent } from './events.ts';

export interface TrainerRun {
  env: Readonly<Record<string, string>>;
  /** Abort: the trainer writes a checkpoint and ends. */
  signal: AbortSignal;
  onEvent: (event: TrainerEvent) => void;
  /** The trainer's log. */
  onLog?: (line: string) => void;
}

/** Something that trains adapters from job files. */
export interface Trainer {
  name: string;
  /**
   * Trains a queue of jobs one after another. A job that fails is told as an `error` event, and the others go on.
   * @param jobs paths of job.json files
   * @throws ToolkitError where the trainer itself failed: it could not start, was killed, or was interrupted
   */
  train(jobs: readonly string[], run: TrainerRun): Promise<void>;
}

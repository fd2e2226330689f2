import type { TrainerEvent } from '../events.ts';
import type { TrainerProcess } from '../trainer.ts';

export interface ExecutorRun {
  env: Readonly<Record<string, string>>;
  /** Abort: the trainer writes a checkpoint and ends. */
  signal: AbortSignal;
  onEvent: (event: TrainerEvent) => void;
  /** The trainer's log. */
  onLog?: (line: string) => void;
}

/** Where trainers run. */
export interface Executor {
  name: string;
  /**
   * Runs a trainer's process to its end.
   * @throws ToolkitError where the process itself failed: it could not start, was killed, or was interrupted
   */
  run(process: TrainerProcess, run: ExecutorRun): Promise<void>;
}

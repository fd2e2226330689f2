/** A process that trains a queue of jobs one after another, and prints events (`events.ts`) on stdout, its log on stderr. */
export interface TrainerProcess {
  /** For messages: `the PEFT trainer`. */
  name: string;
  command: string;
  args: readonly string[];
  /** What it needs beside the caller's environment. */
  env: Readonly<Record<string, string>>;
  /** How long it may take to write a checkpoint and end after SIGTERM. */
  graceMs: number;
}

/** Something that trains adapters from job files. It says how; an executor says where. */
export interface Trainer {
  name: string;
  /**
   * A job that fails is told as an `error` event, and the others go on. Exit code 0: all good; 10: a job failed; else the process itself failed.
   * @param jobs paths of job.json files, or what makes it a worker of a queue (`queueArguments`): last arguments of `python/worker.py`
   */
  process(jobs: readonly string[]): TrainerProcess;
}

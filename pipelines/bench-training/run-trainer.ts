import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BenchRun } from '../../trainers/bench/bench-script.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import { runTrainerProcess } from '../../trainers/executors/run-trainer-process.ts';
import type { Trainer } from '../../trainers/trainer.ts';
import { jobFailure } from '../../trainers/trainer-failure.ts';

/** Trains jobs from their beginning, in one process. @returns its events, and the seconds from start to end. @throws ToolkitError where a job failed */
export async function runTrainer(
  { env, signal }: BenchRun,
  trainer: Trainer,
  jobs: readonly string[],
): Promise<{ events: TrainerEvent[]; seconds: number }> {
  // Else it would find the run before this one done, and take no step.
  for (const job of jobs) await rm(join(dirname(job), '.checkpoints'), { recursive: true, force: true });
  const process = trainer.process(jobs);
  const events: TrainerEvent[] = [];
  const begun = performance.now();
  await runTrainerProcess(process, { env, signal, onEvent: (event) => events.push(event) });
  const seconds = (performance.now() - begun) / 1000;
  for (const event of events) if (event.event === 'error') throw jobFailure(event);
  return { events, seconds };
}

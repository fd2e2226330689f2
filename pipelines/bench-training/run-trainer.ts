import type { BenchRun } from '../../trainers/bench/bench-script.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import { runTrainerProcess } from '../../trainers/executors/run-trainer-process.ts';
import type { TrainerProcess } from '../../trainers/trainer.ts';
import { jobFailure } from '../../trainers/trainer-failure.ts';

/** Runs a trainer's process to its end. @returns its events, and the seconds from start to end. @throws ToolkitError where a job failed */
export async function runTrainer(
  { env, signal }: BenchRun,
  process: TrainerProcess,
): Promise<{ events: TrainerEvent[]; seconds: number }> {
  const events: TrainerEvent[] = [];
  const begun = performance.now();
  await runTrainerProcess(process, { env, signal, onEvent: (event) => events.push(event) });
  const seconds = (performance.now() - begun) / 1000;
  for (const event of events) if (event.event === 'error') throw jobFailure(event);
  return { events, seconds };
}

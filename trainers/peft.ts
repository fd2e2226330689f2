import { join } from 'node:path';
import { messageOf, ToolkitError } from '../core/errors.ts';
import { describeIssues } from '../core/issues.ts';
import { runProcess } from '../core/subprocess.ts';
import { type TrainerEvent, TrainerEventSchema } from './events.ts';
import type { Trainer } from './trainer.ts';
import { jobFailure, processFailure } from './trainer-failure.ts';

const NAME = 'the PEFT trainer';
const SCRIPT = join(import.meta.dirname, 'python', 'peft_trainer.py');
/**
 * On a processor that others use too, threads that wait by spinning make a step ten times slower (measured); and glibc gives large
 * blocks back to the system after every step, only to fetch them again: a fifth of the time (measured).
 */
const PATIENT = {
  OMP_WAIT_POLICY: 'PASSIVE',
  MALLOC_MMAP_THRESHOLD_: String(2 ** 32),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 34),
};
/** Python itself ends with 1 on anything uncaught: that is no job that has told its error. */
const [GOOD, JOB_FAILED] = [0, 10];
/** A step or a batch of an evaluation may have to end before the checkpoint can be written. */
const GRACE_MS = 60_000;

/** Trains with PEFT: `python/peft_trainer.py`, one process for all jobs, which imports torch and loads the base once. */
export function peftTrainer(python: string): Trainer {
  return {
    name: 'peft',
    async train(jobs, { env, signal, onEvent, onLog }) {
      let told: ToolkitError | undefined;
      const result = await runProcess({
        name: NAME,
        command: python,
        args: [SCRIPT, ...jobs],
        env: { ...PATIENT, ...env, HF_HUB_OFFLINE: '1', TRANSFORMERS_OFFLINE: '1', PYTHONUTF8: '1' },
        signal,
        graceMs: GRACE_MS,
        onStderrLine: onLog,
        onStdoutLine: (line) => {
          const event = parseEvent(line);
          if (event instanceof ToolkitError) told ??= event;
          else if (event.event === 'error' && event.job === null) told ??= jobFailure(event);
          else onEvent(event);
        },
      });
      if (told !== undefined) throw told;
      if (result.exitCode !== GOOD && result.exitCode !== JOB_FAILED) throw processFailure(NAME, result);
    },
  };
}

function parseEvent(line: string): TrainerEvent | ToolkitError {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return new ToolkitError({ kind: 'failed', what: `${NAME} printed no event: ${messageOf(error)}`, found: line });
  }
  const result = TrainerEventSchema.safeParse(value);
  if (result.success) return result.data;
  return new ToolkitError({
    kind: 'failed',
    what: `${NAME} printed an event of the wrong form`,
    ...describeIssues(result.error, value),
  });
}

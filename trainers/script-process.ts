import { join } from 'node:path';
import { OFFLINE_PYTHON } from './offline-python.ts';
import type { TrainerProcess } from './trainer.ts';

/**
 * On a processor that others use too, threads that wait by spinning make a step ten times slower (measured); and glibc gives large
 * blocks back to the system after every step, only to fetch them again: a fifth of the time (measured).
 */
const PATIENT = {
  OMP_WAIT_POLICY: 'PASSIVE',
  MALLOC_MMAP_THRESHOLD_: String(2 ** 32),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 34),
};
/** A step or a batch of an evaluation may have to end before the checkpoint can be written. */
const GRACE_MS = 60_000;

export interface TrainerScript {
  /** For messages: `the PEFT trainer`. */
  name: string;
  python: string;
  /** In `python/`. */
  script: string;
  jobs: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** A process of one of our trainer scripts, which fetches nothing. */
export function scriptProcess({ name, python, script, jobs, env }: TrainerScript): TrainerProcess {
  return {
    name,
    command: python,
    args: [join(import.meta.dirname, 'python', script), ...jobs],
    env: { ...PATIENT, ...OFFLINE_PYTHON, ...env },
    graceMs: GRACE_MS,
  };
}

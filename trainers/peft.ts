import { join } from 'node:path';
import type { Trainer } from './trainer.ts';

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
/** A step or a batch of an evaluation may have to end before the checkpoint can be written. */
const GRACE_MS = 60_000;

/** Trains with PEFT: `python/peft_trainer.py`, one process for all jobs, which imports torch and loads the base once. */
export function peftTrainer(python: string): Trainer {
  return {
    name: 'peft',
    process: (jobs) => ({
      name: 'the PEFT trainer',
      command: python,
      args: [SCRIPT, ...jobs],
      env: { ...PATIENT, HF_HUB_OFFLINE: '1', TRANSFORMERS_OFFLINE: '1', PYTHONUTF8: '1' },
      graceMs: GRACE_MS,
    }),
  };
}

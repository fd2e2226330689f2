import { join } from 'node:path';
import type { Trainer } from '../trainer.ts';

const SCRIPT = join(import.meta.dirname, '..', 'python', 'bench_memory.py');

/** The same trainer, whose process writes into a file what its steps take: {resting, peak} in bytes. It gives memory back to the system as glibc does by default. */
export function notingMemory(trainer: Trainer, file: string): Trainer {
  return {
    ...trainer,
    process(jobs) {
      const own = trainer.process(jobs);
      const { MALLOC_MMAP_THRESHOLD_: _, MALLOC_TRIM_THRESHOLD_: __, ...env } = own.env;
      return { ...own, args: [SCRIPT, file, ...own.args], env };
    },
  };
}

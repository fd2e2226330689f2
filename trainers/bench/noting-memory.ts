import { join } from 'node:path';
import type { TrainerProcess } from '../trainer.ts';

const SCRIPT = join(import.meta.dirname, '..', 'python', 'bench_memory.py');

/** The same process, which writes into a file what its steps take: {resting, peak} in bytes. It gives memory back to the system as glibc does by default. */
export function notingMemory(trainer: TrainerProcess, file: string): TrainerProcess {
  const { MALLOC_MMAP_THRESHOLD_: _, MALLOC_TRIM_THRESHOLD_: __, ...env } = trainer.env;
  return { ...trainer, args: [SCRIPT, file, ...trainer.args], env };
}

import { join } from 'node:path';
import type { Trainer } from '../trainer.ts';

const SCRIPT = join(import.meta.dirname, '..', 'python', 'bench_sft.py');

/** TRL's SFTTrainer with its defaults, and the environment that ours has. */
export function sftPeer(python: string): Trainer {
  return {
    name: 'trl',
    process: (jobs) => ({
      name: 'TRL',
      command: python,
      args: [SCRIPT, ...jobs],
      env: {
        OMP_WAIT_POLICY: 'PASSIVE',
        MALLOC_MMAP_THRESHOLD_: String(2 ** 32),
        MALLOC_TRIM_THRESHOLD_: String(2 ** 34),
        HF_HUB_OFFLINE: '1',
        TRANSFORMERS_OFFLINE: '1',
        PYTHONUTF8: '1',
      },
      graceMs: 10_000,
    }),
  };
}

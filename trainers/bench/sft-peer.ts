import { scriptProcess } from '../script-process.ts';
import type { Trainer } from '../trainer.ts';

/** TRL's SFTTrainer with its defaults, and the environment that ours has. */
export function sftPeer(python: string): Trainer {
  return {
    name: 'trl',
    process: (jobs) => ({
      ...scriptProcess({ name: 'TRL', python, script: 'bench_sft.py', jobs }),
      graceMs: 10_000, // it has no checkpoint to write
    }),
  };
}

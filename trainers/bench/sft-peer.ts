import { scriptProcess } from '../script-process.ts';
import type { Trainer } from '../trainer.ts';

/** `defaults` checkpoint gradients and take bfloat16, which most processors have to emulate; `fastest` does neither (bfloat16 on a GPU). */
export const PEERS = ['fastest', 'defaults'] as const;
export type Peer = (typeof PEERS)[number];

/** TRL's SFTTrainer in the environment that ours has. */
export function sftPeer(python: string, peer: Peer): Trainer {
  const options = peer === 'fastest' ? ['--fastest'] : [];
  return {
    name: 'trl',
    process: (jobs) => ({
      ...scriptProcess({ name: 'TRL', python, script: 'bench_sft.py', jobs: [...options, ...jobs] }),
      graceMs: 10_000, // it has no checkpoint to write
    }),
  };
}

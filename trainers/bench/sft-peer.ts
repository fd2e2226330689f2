import { scriptProcess } from '../script-process.ts';
import type { Trainer } from '../trainer.ts';

/** See bench_sft.py. */
export const PEERS = ['fastest', 'lean', 'defaults'] as const;
export type Peer = (typeof PEERS)[number];

/** TRL's SFTTrainer in the environment that ours has. */
export function sftPeer(python: string, peer: Peer): Trainer {
  return {
    name: 'trl',
    process: (jobs) => ({
      ...scriptProcess({ name: 'TRL', python, script: 'bench_sft.py', jobs: [peer, ...jobs] }),
      graceMs: 10_000, // it has no checkpoint to write
    }),
  };
}

import type { BenchRun } from '../../trainers/bench/bench-script.ts';
import type { Trainer } from '../../trainers/trainer.ts';

/** What the rows of `pnpm bench training` are measured with. */
export interface BenchSetup {
  run: BenchRun;
  ours: Trainer;
  /** Whose time is measured. */
  peer: Trainer;
  /** Whose memory is measured: with gradient checkpointing. */
  leanPeer: Trainer;
  /** Where jobs, samples and adapters of the bench lie. */
  folder: string;
  /** Folder of the base. */
  base: string;
  parameters: number;
  /** How often each is measured, peer and ours in turn. */
  runs: number;
  peakTflops?: number;
}

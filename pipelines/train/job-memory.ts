import type { MemoryEstimate } from '../../trainers/memory/estimate-memory.ts';
import type { MemoryChoice } from '../../trainers/memory/fit-memory.ts';
import type { SampleLengths } from '../../trainers/memory/sample-lengths.ts';
import type { PlannedJob } from './plan-job.ts';

/** What a job takes, and what it may. */
export interface JobMemory {
  job: PlannedJob;
  /** Of its samples, by prompt. */
  lengths: readonly SampleLengths[];
  /** See `trainingCost`. */
  cost: number;
  /** Absent where the base's build is not known. */
  estimate?: MemoryEstimate;
  /** Adapters that are trained at once, which the estimate is of. */
  adapters: number;
  /** Bytes that it takes by itself, to which the trainer goes back where memory is short for all at once. */
  least?: number;
  choice: MemoryChoice;
  /** Bytes that its process may take: what is free now, or what the recipe says. */
  available: number;
  /** Bytes beyond which it cannot run. */
  limit: number;
}

import { z } from 'zod';
import { type BenchRun, benchScript } from './bench-script.ts';

/** How far the gradients of a job's first batch are from those of TRL's SFTTrainer, relative to their norm. @param job path of job.json */
export async function gradientDifference(run: BenchRun, job: string): Promise<number> {
  const schema = z.object({ difference: z.number() });
  return (await benchScript(run, { script: 'bench_gate.py', args: [job], schema })).difference;
}

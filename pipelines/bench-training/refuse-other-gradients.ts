import { ToolkitError } from '../../core/errors.ts';
import { gradientDifference } from '../../trainers/bench/gradient-difference.ts';
import type { BenchSetup } from './bench-setup.ts';

const MOST = 1e-5;

/** The gate before anything is measured. @returns the relative difference. @throws ToolkitError (failed) where ours trains something else than the peer */
export async function refuseOtherGradients({ run }: BenchSetup, job: string): Promise<number> {
  const difference = await gradientDifference(run, job);
  if (difference < MOST) return difference;
  throw new ToolkitError({
    kind: 'failed',
    what: 'ours and TRL have other gradients',
    where: job,
    expected: `a relative difference below ${MOST}`,
    found: String(difference),
    todo: 'this is an error in the toolkit: please report it',
  });
}

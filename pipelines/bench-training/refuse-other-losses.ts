import { ToolkitError } from '../../core/errors.ts';
import type { TrainerEvent } from '../../trainers/events.ts';

const MOST = 1e-5;

/**
 * The gate of adapters that share their steps: losses and gradients' norms of all steps are those of each alone (the gradients themselves are
 * compared by a test). @throws ToolkitError (failed)
 */
export function refuseOtherLosses(alone: readonly TrainerEvent[], together: readonly TrainerEvent[]): void {
  const expected = figures(alone);
  const found = figures(together);
  const equal = (key: string, [loss, norm]: readonly [number, number]) => {
    const [ownLoss, ownNorm] = found.get(key) ?? [Number.NaN, Number.NaN];
    return Math.abs(ownLoss / loss - 1) < MOST && Math.abs(ownNorm / norm - 1) < MOST;
  };
  const other = [...expected].find(([key, values]) => !equal(key, values));
  if (other === undefined && expected.size > 0) return;
  throw new ToolkitError({
    kind: 'failed',
    what: 'adapters that share their steps have other losses or gradients than alone',
    where: other?.[0],
    expected: `loss and gradient norm ${other?.[1]}, to ${MOST}`,
    found: String(found.get(other?.[0] ?? '')),
    todo: 'this is an error in the toolkit: please report it',
  });
}

function figures(events: readonly TrainerEvent[]): Map<string, readonly [number, number]> {
  const steps = events.filter((event) => event.event === 'step');
  return new Map(steps.map(({ job, step, loss, grad_norm }) => [`${job}, step ${step}`, [loss, grad_norm] as const]));
}

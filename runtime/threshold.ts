import { ToolkitError } from '../core/errors.ts';
import type { EngineAbilities } from './engine.ts';
import type { RankedName } from './prediction.ts';

/** @throws ToolkitError (input) where a threshold is set and the engine gives no probabilities to hold it against */
export function checkThreshold({ probabilities }: Pick<EngineAbilities, 'probabilities'>, threshold = 0): void {
  if (threshold === 0 || probabilities) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'there is a threshold, and the engine gives no probabilities to hold against it',
    where: 'threshold',
    found: `${threshold}`,
    todo: 'take it out, or take an engine that gives them',
  });
}

/** Whether the best candidate is too improbable to be taken. */
export function isUnsure(ranked: readonly RankedName[] | undefined, threshold = 0): boolean {
  checkThreshold({ probabilities: ranked !== undefined }, threshold);
  return ranked !== undefined && ranked[0]!.probability < threshold;
}

import { ToolkitError } from '../../core/errors.ts';
import { activation, firstActivation } from '../activation.ts';
import type { ServedAdapter } from './served-adapters.ts';
import type { Slot } from './slots.ts';

/** How a request may use what its slot's cache holds. */
export interface SlotUse {
  /** Whether it may begin with it. */
  warm: boolean;
  /** A prompt to be evaluated before, so that the cache keeps no more than it. */
  trim?: readonly number[];
  /** So many first tokens of the cache will be the base's, where activated adapters share the slot. */
  base: number;
}

/**
 * Activated adapters share a slot. Of its cache, llama-server takes all that equals the prompt up to the invocation, also what another
 * adapter computed behind an earlier invocation, which is the history of the prompt now and has to be the base's. Then the cache is cut
 * by evaluating what is before the first invocation, without any: a shorter prompt drops what is behind it.
 * @param end an invocation ends by there
 * @throws ToolkitError (input) where an activated adapter is not invoked
 */
export function slotUse(
  slot: Slot,
  adapter: ServedAdapter | undefined,
  tokens: readonly number[],
  end: number,
): SlotUse {
  if (adapter?.invocation === undefined) return { warm: !slot.spoilt, base: 0 };
  const place = activation(tokens, adapter, end);
  refuseOtherPlace(place, tokens, adapter.name, adapter.invocation);
  if (slot.spoilt) return { warm: false, base: place };
  if (slot.base >= Math.min(place, shared(slot.tokens, tokens))) return { warm: true, base: place };
  const kept = Math.min(slot.base, firstActivation(tokens, adapter));
  return kept < 1 ? { warm: false, base: place } : { warm: true, trim: tokens.slice(0, kept), base: place };
}

/**
 * llama-server looks for the invocation from the end of the prompt, and does not see one whose last tokens stand once more behind it. It would
 * apply the adapter from elsewhere on, or nowhere.
 */
function refuseOtherPlace(place: number, tokens: readonly number[], name: string, invocation: readonly number[]): void {
  let lacking = invocation.length;
  let at = tokens.length;
  while (lacking > 0 && at > 0) {
    at -= 1;
    lacking = tokens[at] === invocation[lacking - 1] ? lacking - 1 : invocation.length;
  }
  if (lacking === 0 && at - 1 === place) return;
  throw new ToolkitError({
    kind: 'failed',
    what: 'llama-server would apply the activated adapter from another token on than it was trained for',
    where: name,
    expected: `from token ${place} of ${tokens.length}`,
    found: lacking === 0 ? `from token ${at - 1}` : 'nowhere',
    todo: 'use the engine in process for this prompt',
  });
}

function shared(left: readonly number[], right: readonly number[]): number {
  let count = 0;
  while (count < left.length && left[count] === right[count]) count += 1;
  return count;
}

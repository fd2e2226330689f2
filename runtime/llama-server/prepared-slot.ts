import { activation, firstActivation } from '../activation.ts';
import type { ServedAdapter } from './served-adapters.ts';
import type { Slot } from './slots.ts';

/** How a request may use what its slot's cache holds. */
export interface SlotUse {
  /** Whether it may begin with it. */
  warm: boolean;
  /** A prompt to be evaluated before, so that the cache keeps no more than it. */
  trim?: readonly number[];
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
  const place = adapter?.invocation === undefined ? undefined : activation(tokens, adapter, end);
  if (slot.spoilt) return { warm: false };
  if (place === undefined) return { warm: true };
  if (slot.base >= Math.min(place, shared(slot.tokens, tokens))) return { warm: true };
  const kept = Math.min(slot.base, firstActivation(tokens, adapter!));
  return kept < 1 ? { warm: false } : { warm: true, trim: tokens.slice(0, kept) };
}

function shared(left: readonly number[], right: readonly number[]): number {
  let count = 0;
  while (count < left.length && left[count] === right[count]) count += 1;
  return count;
}

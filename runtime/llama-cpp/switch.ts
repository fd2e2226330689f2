import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { activation } from '../activation.ts';
import type { Usage } from '../engine.ts';
import type { LlamaCppAdapter } from './adapter.ts';
import { evaluate } from './evaluate.ts';

/** Who computed what a sequence's cache holds. */
interface Cached {
  /** So many first tokens are of use to the base and to every activated adapter… */
  base: number;
  /** …and those behind them to this one (a path). */
  by?: string;
  /** The activated adapter that is switched on (a path). */
  active?: string;
}

interface Readying {
  /** How many tokens need not be evaluated again at most; the invocation ends no later than one token behind that. */
  limit: number;
  usage: Usage;
  signal?: AbortSignal;
}

const caches = new WeakMap<LlamaContextSequence, Cached>();

/**
 * Makes a sequence ready to evaluate tokens: keeps what its cache may keep, and where the adapter is activated has the base compute what is before
 * its invocation and then switches it on. The base and all activated adapters so share one cache of the prompt.
 * @returns how many tokens are evaluated
 * @throws ToolkitError (input) where the tokens hold no invocation: nobody has trained what would be computed then; the signal's reason
 */
export async function makeReady(
  sequence: LlamaContextSequence,
  adapter: LlamaCppAdapter | undefined,
  tokens: readonly number[],
  { limit, usage, signal }: Readying,
): Promise<number> {
  const cached = caches.get(sequence) ?? { base: Number.POSITIVE_INFINITY };
  caches.set(sequence, cached);
  if (adapter?.invocation === undefined) {
    const start = await reusePrefix(sequence, tokens, Math.min(limit, cached.base));
    await switchTo(sequence, undefined);
    Object.assign(cached, { base: Number.POSITIVE_INFINITY, by: undefined });
    return start;
  }
  const place = activation(tokens, adapter, limit + 1);
  const isOwn = cached.by === adapter.path && cached.base === place;
  const start = await reusePrefix(sequence, tokens, isOwn ? limit : Math.min(place, cached.base));
  if (start < place) {
    await switchTo(sequence, undefined);
    // Of what the signal leaves, all is the base's.
    Object.assign(cached, { base: Number.POSITIVE_INFINITY, by: undefined });
    usage.prefilled += place - start;
    await evaluate(sequence, tokens.slice(start, place) as Token[], signal);
  }
  await switchTo(sequence, adapter);
  Object.assign(cached, { base: place, by: adapter.path });
  return Math.max(start, place);
}

/** node-llama-cpp sets the adapters of a context where it is created, by this method; it is no part of its public interface. */
interface Switchable {
  _setLoras?(adapters: { filePath: string; scale: number }[]): Promise<void>;
}

/** Switches an activated adapter on in the context of the base, or off. @throws where it does not load */
export async function switchTo(sequence: LlamaContextSequence, adapter: LlamaCppAdapter | undefined): Promise<void> {
  const cached = caches.get(sequence) ?? { base: Number.POSITIVE_INFINITY };
  caches.set(sequence, cached);
  if (cached.active === adapter?.path) return;
  const context = sequence.context as unknown as Switchable;
  if (context._setLoras === undefined) throw new Error('this release of node-llama-cpp cannot switch adapters');
  await context._setLoras(adapter === undefined ? [] : [{ filePath: adapter.path, scale: 1 }]);
  cached.active = adapter?.path;
}

/** Drops what does not match from the cache, keeping at most `limit` tokens. @returns how many tokens need no evaluation */
async function reusePrefix(sequence: LlamaContextSequence, tokens: readonly number[], limit: number): Promise<number> {
  const cached = sequence.contextTokens;
  let shared = 0;
  while (shared < limit && shared < cached.length && cached[shared] === tokens[shared]) shared += 1;
  if (shared < sequence.nextTokenIndex) {
    await sequence.eraseContextTokenRanges([{ start: shared, end: sequence.nextTokenIndex }]);
  }
  return sequence.nextTokenIndex;
}

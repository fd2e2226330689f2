import type PQueue from 'p-queue';
import { ToolkitError } from '../../core/errors.ts';
import type { Tokenizer } from '../../core/tokenizer.ts';
import type { EngineSession, Generated, GenerateOptions, Usage } from '../engine.ts';
import { checkPromptLength } from '../prompt-length.ts';
import { type CompletionAnswer, complete, type Wanted } from './completion.ts';
import { slotUse } from './prepared-slot.ts';
import type { ServedAdapter } from './served-adapters.ts';
import type { ServerLink } from './server-link.ts';
import type { Slots } from './slots.ts';

export interface SessionParts {
  link: ServerLink;
  slots: Slots;
  queue: PQueue;
  tokenizer: Tokenizer;
  contextSize: number;
  /** How the server calls its adapters. */
  ids: readonly number[];
  /** Of texts that end what is written: whether the model itself ends there. Filled as they come. */
  ends: Map<string, boolean>;
  /** Shared by all sessions: whether a request may find what an earlier one left. */
  reuse: { readonly prefixes: boolean };
}

/** Sends one prompt and keeps account. @param end an invocation of an activated adapter ends by there; default: the prompt's end */
type Ask = (prompt: readonly number[], wanted: Wanted, more?: AskOptions) => Promise<CompletionAnswer>;
interface AskOptions {
  end?: number;
  signal?: AbortSignal;
}

/** Enough to be chosen whatever the model prefers. */
const FORCED = 1e4;
/** How many of the most probable tokens are asked for first, and how many times more where candidates are not among them. */
const MOST_PROBABLE = 256;
const MORE = 16;

/** The base, or an adapter that the server has loaded. Requests of all sessions run one after another. */
export function createSession(parts: SessionParts, adapter: ServedAdapter | undefined): EngineSession {
  const usage: Usage = { prefilled: 0, generated: 0, evaluations: 0 };
  const { contextSize, queue, tokenizer } = parts;
  const whole = tokenizer.encode('a')[0]!;
  const ask: Ask = async (prompt, wanted, options = {}) => {
    options.signal?.throwIfAborted();
    const answer = await askInSlot(parts, adapter, prompt, wanted, options);
    usage.prefilled += answer.prefilled;
    return answer;
  };
  return {
    usage,
    async logprobs(tokens, from, signal) {
      if (from < 1) throw new RangeError('the first token has no probability: nothing is before it');
      if (from >= tokens.length) return [];
      checkPromptLength(contextSize, adapter, tokens.length - 1);
      return queue.add(() => scoreTokens(ask, whole, tokens, { from, signal }));
    },
    async next(prefix, candidates, signal) {
      checkPromptLength(contextSize, adapter, prefix.length);
      return queue.add(() => scoreCandidates(ask, whole, prefix, candidates, { signal }));
    },
    async generate(prefix, options) {
      checkPromptLength(contextSize, adapter, prefix.length + 1);
      options.signal?.throwIfAborted();
      const most = Math.min(options.maxTokens, contextSize - prefix.length);
      if (most < 1) return { tokens: [], text: '', stopped: false };
      const answer = await queue.add(async () => {
        const wanted = generation(options, most, await endsAt(parts, ask, prefix, options));
        return ask(prefix, wanted, { signal: options.signal });
      });
      usage.generated += answer.tokens.length;
      usage.evaluations += answer.tokens.length;
      const written = generated(answer, tokenizer);
      if (written.text !== '') options.onText?.(written.text);
      return written;
    },
  };
}

async function askInSlot(
  parts: SessionParts,
  adapter: ServedAdapter | undefined,
  prompt: readonly number[],
  wanted: Wanted,
  { end = prompt.length, signal }: AskOptions,
): Promise<CompletionAnswer & { prefilled: number }> {
  const slot = parts.slots.take(userOf(adapter));
  const { warm, trim, base } = slotUse(slot, adapter, prompt, end);
  const placed = { id_slot: slot.id, cache_prompt: warm && parts.reuse.prefixes, lora: loraOf(parts, adapter) };
  slot.spoilt = true; // until all went well: what a failed evaluation leaves is not known
  let prefilled = 0;
  if (trim !== undefined && placed.cache_prompt) {
    const { timings } = await complete(parts.link, trim, { n_predict: 1 }, placed, signal);
    prefilled = timings.prompt_n;
  }
  const answer = await complete(parts.link, prompt, wanted, placed, signal);
  Object.assign(slot, { spoilt: false, tokens: [...prompt, ...answer.tokens], base });
  return { ...answer, prefilled: prefilled + answer.timings.prompt_n };
}

/** Activated adapters share the slot of one user, and with it the cache of what is before their invocations. */
function userOf(adapter: ServedAdapter | undefined): string {
  if (adapter === undefined) return 'the base';
  return adapter.invocation ? 'activated adapters' : adapter.path;
}

function loraOf({ ids }: SessionParts, adapter: ServedAdapter | undefined): { id: number; scale: number }[] {
  return ids.map((id) => ({ id, scale: id === adapter?.id ? 1 : 0 }));
}

/**
 * One request a token: the sampled token's own log-probability is told, so each is sampled. Of a token that is no whole character none is told; it
 * is looked for among the most probable ones.
 */
async function scoreTokens(
  ask: Ask,
  whole: number,
  tokens: readonly number[],
  { from, signal }: { from: number; signal?: AbortSignal },
): Promise<number[]> {
  const options = { end: from, signal };
  const scores: number[] = [];
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    const wanted: Wanted = { n_predict: 1, n_probs: 1, logit_bias: [[token, FORCED]] };
    const { completion_probabilities: [scored] = [] } = await ask(tokens.slice(0, at), wanted, options);
    scores.push(
      scored?.id === token
        ? scored.logprob
        : (await scoreCandidates(ask, whole, tokens.slice(0, at), [token], options))[0]!,
    );
  }
  return scores;
}

/** @param whole a token that is a whole character: it is sampled, as others may come without any probabilities */
async function scoreCandidates(
  ask: Ask,
  whole: number,
  prefix: readonly number[],
  candidates: readonly number[],
  options: AskOptions,
): Promise<number[]> {
  for (let most = MOST_PROBABLE; ; most *= MORE) {
    const wanted: Wanted = { n_predict: 1, n_probs: most, logit_bias: [[whole, FORCED]] };
    const { completion_probabilities: [scored] = [] } = await ask(prefix, wanted, options);
    const found = new Map(scored?.top_logprobs.map(({ id, logprob }) => [id, logprob]));
    const lacking = candidates.find((candidate) => !found.has(candidate));
    if (lacking === undefined) return candidates.map((candidate) => found.get(candidate)!);
    if (found.size < most) throw noProbability(lacking);
  }
}

/** Whether the model ends by itself at the stop token: what it samples then says so. */
async function endsAt(
  { ends, tokenizer }: SessionParts,
  ask: Ask,
  prefix: readonly number[],
  { stop, signal }: GenerateOptions,
): Promise<boolean> {
  const known = ends.get(stop);
  if (known !== undefined) return known;
  const [token, ...more] = tokenizer.encode(stop);
  if (token === undefined || more.length > 0) throw noToken(stop, token === undefined ? 0 : 1 + more.length);
  const { stop_type } = await ask(prefix, { n_predict: 1, logit_bias: [[token, FORCED]] }, { signal });
  ends.set(stop, stop_type === 'eos');
  return stop_type === 'eos';
}

/** Where the model does not end by itself the server looks for the text, also where other tokens spell it. */
function generation({ grammar, stop }: GenerateOptions, most: number, ends: boolean): Wanted {
  return {
    n_predict: most,
    ...(ends ? {} : { stop: [stop], preserved_tokens: [stop] }),
    ...(grammar === undefined ? {} : { grammar }),
  };
}

function generated({ tokens, stop_type }: CompletionAnswer, tokenizer: Tokenizer): Generated {
  const stopped = stop_type === 'eos' || stop_type === 'word';
  const kept = stopped ? tokens.slice(0, -1) : tokens;
  return { tokens: kept, text: tokenizer.decode(kept), stopped };
}

function noProbability(token: number): ToolkitError {
  return new ToolkitError({ kind: 'failed', what: `llama-server gave no probability of token ${token}` });
}

function noToken(stop: string, count: number): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: `the stop text ${JSON.stringify(stop)} is not one token of this model`,
    found: `${count} tokens`,
  });
}

import type {
  ControlledEvaluateIndexOutput,
  ControlledEvaluateInputItem,
  LlamaContextSequence,
  LlamaModel,
  Token,
} from 'node-llama-cpp';
import type PQueue from 'p-queue';
import { ToolkitError } from '../../core/errors.ts';
import type { EngineSession, Usage } from '../engine.ts';
import { checkPromptLength } from '../prompt-length.ts';
import type { LlamaCppAdapter } from './adapter.ts';
import type { ContextPool } from './contexts.ts';
import { beforeLastBatch, evaluate } from './evaluate.ts';
import { generate } from './generate.ts';
import { makeReady } from './switch.ts';

export interface SessionParts {
  model: LlamaModel;
  pool: ContextPool;
  queue: PQueue;
  contextSize: number;
  /** Shared by all sessions: whether a request may find what an earlier one left. */
  reuse: { readonly prefixes: boolean };
}

/** Makes a sequence ready to evaluate tokens. @returns how many of them need no evaluation, at most `limit` */
type Ready = (tokens: readonly number[], limit: number) => Promise<number>;

/** A sequence that one request works on. */
interface Work {
  sequence: LlamaContextSequence;
  ready: Ready;
  usage: Usage;
  signal?: AbortSignal;
}

/** A session on whichever context the pool holds for the adapter; it survives the context's being closed. */
export function createSession(parts: SessionParts, adapter: LlamaCppAdapter | undefined): EngineSession {
  const usage: Usage = { prefilled: 0, generated: 0, evaluations: 0 };

  /** @param signal may end the work between two evaluations, by throwing its reason */
  function use<T>(work: (on: Work) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return parts.queue.add(async () => {
      signal?.throwIfAborted();
      const sequence = await parts.pool.sequence(adapter);
      try {
        if (!parts.reuse.prefixes) await sequence.clearHistory();
        const ready: Ready = (tokens, limit) => makeReady(sequence, adapter, tokens, { limit, usage, signal });
        return await work({ sequence, ready, usage, signal });
      } catch (error) {
        // What a failed evaluation left in the cache is not known; what was ended between two is as good as what ran to its end.
        if (!signal?.aborted || error !== signal.reason) await parts.pool.drop(adapter);
        throw error;
      }
    });
  }

  return {
    usage,
    async logprobs(tokens, from, signal) {
      if (from < 1) throw new RangeError('the first token has no probability: nothing is before it');
      if (from >= tokens.length) return [];
      checkPromptLength(parts.contextSize, adapter, tokens.length - 1);
      return use((on) => scoreTokens(on, tokens, from), signal);
    },
    async next(prefix, candidates, signal) {
      checkPromptLength(parts.contextSize, adapter, prefix.length);
      return use((on) => scoreCandidates(on, prefix, candidates), signal);
    },
    async generate(prefix, options) {
      checkPromptLength(parts.contextSize, adapter, prefix.length + 1);
      options.signal?.throwIfAborted();
      return use(async ({ sequence, ready, signal }) => {
        const start = await ready(prefix, prefix.length - 1);
        usage.prefilled += prefix.length - start;
        const last = start + beforeLastBatch(sequence, prefix.length - start);
        await evaluate(sequence, prefix.slice(start, last) as Token[], signal);
        const pending = prefix.slice(last);
        // The last token that is sampled need not be evaluated.
        const most = Math.min(options.maxTokens, parts.contextSize - prefix.length);
        return generate({ model: parts.model, sequence, pending, most, usage }, prefix, options);
      }, options.signal);
    },
  };
}

async function scoreTokens(
  { sequence, ready, usage, signal }: Work,
  tokens: readonly number[],
  from: number,
): Promise<number[]> {
  const start = await ready(tokens, from - 1);
  const input = tokens.slice(start, -1).map((token, index): ControlledEvaluateInputItem => {
    const following = start + index + 1;
    return following < from ? (token as Token) : scored(token, [tokens[following]!]);
  });
  usage.prefilled += input.length;
  const outputs = await evaluate(sequence, input, signal);
  return outputs.slice(from - 1 - start).map((output, index) => logProbability(output, tokens[from + index]!));
}

async function scoreCandidates(
  { sequence, ready, usage, signal }: Work,
  prefix: readonly number[],
  candidates: readonly number[],
): Promise<number[]> {
  const start = await ready(prefix, prefix.length - 1);
  const input: ControlledEvaluateInputItem[] = [
    ...(prefix.slice(start, -1) as Token[]),
    scored(prefix.at(-1)!, candidates),
  ];
  usage.prefilled += input.length;
  const output = (await evaluate(sequence, input, signal)).at(-1);
  return candidates.map((candidate) => logProbability(output, candidate));
}

/**
 * Asks for the logits of a few tokens after this one. The greedy choice comes along as the largest of all, and with the sum of all weights
 * that is the normalization, without the list of the whole vocabulary.
 */
function scored(token: number, following: readonly number[]): ControlledEvaluateInputItem {
  const logits = { filter: { tokens: following as Token[], includeSelected: true } };
  return [token as Token, { generateNext: { logits, totalLogitWeight: true, options: { temperature: 0 } } }];
}

function logProbability(output: ControlledEvaluateIndexOutput | undefined, token: number): number {
  const { logits, totalLogitWeight } = output?.next ?? {};
  const logit = logits?.get(token as Token);
  if (logits === undefined || logit === undefined || totalLogitWeight === undefined) {
    throw new ToolkitError({ kind: 'failed', what: `llama.cpp gave no logit of token ${token}` });
  }
  return logit - Math.max(...logits.values()) - Math.log(totalLogitWeight);
}

import { ToolkitError } from '../../core/errors.ts';
import type { Tokenizer } from '../../core/tokenizer.ts';
import type { EngineSession, Generated, GenerateOptions, Usage } from '../engine.ts';
import { checkPromptLength } from '../prompt-length.ts';
import type { AdapterShelf, ServedAdapter } from './adapter-shelf.ts';
import type { Completion, CompletionChoice } from './completion.ts';
import type { CompletionAsked, CompletionsServer } from './completions-server.ts';
import { grammarMember, type ServerTraits } from './server-traits.ts';
import { scoreCandidates, scoreTokens } from './token-scores.ts';

export interface SessionParts {
  server: CompletionsServer;
  traits: ServerTraits;
  shelf: AdapterShelf;
  tokenizer: Tokenizer;
  contextSize: number;
  /** Members of every request: what keeps it from an earlier one's prefix, where that must not be reused. */
  apart(): Record<string, unknown>;
}

/** What a model's own `generation_config.json` may set on the server: vLLM takes it where a request says nothing. */
const GREEDY = { temperature: 0, top_p: 1, repetition_penalty: 1, presence_penalty: 0, frequency_penalty: 0 };

/** A session on the base or on one adapter of the server. Requests run side by side: the server batches them. */
export function createSession(parts: SessionParts, adapter: ServedAdapter | undefined): EngineSession {
  const { traits, tokenizer, contextSize } = parts;
  const usage: Usage = { prefilled: 0, generated: 0, evaluations: 0 };

  async function ask(asked: CompletionAsked, signal?: AbortSignal): Promise<Completion> {
    const send = (model: string) => parts.server.complete({ model, ...GREEDY, ...asked, ...parts.apart() }, signal);
    const completion = await (adapter === undefined ? send(traits.base) : parts.shelf.use(adapter, send));
    usage.prefilled += prefilled(completion, asked.prompt);
    return completion;
  }
  const check = (tokens: number) => checkPromptLength(contextSize, adapter, tokens);

  return {
    usage,
    async logprobs(tokens, from, signal) {
      if (from < 1) throw new RangeError('the first token has no probability: nothing is before it');
      if (from >= tokens.length) return [];
      check(tokens.length);
      return scoreTokens((asked) => ask(asked, signal), scoresOf(parts), tokens, from);
    },
    async next(prefix, candidates, signal) {
      check(prefix.length + 1);
      return scoreCandidates((asked) => ask(asked, signal), scoresOf(parts), prefix, candidates);
    },
    async generate(prefix, options) {
      check(prefix.length + 1);
      options.signal?.throwIfAborted();
      const most = Math.min(options.maxTokens, contextSize - prefix.length);
      if (most <= 0) return { tokens: [], text: '', stopped: false };
      const completion = await ask({ prompt: prefix, max_tokens: most, ...generation(parts, options) }, options.signal);
      const sampled = completion.usage?.completion_tokens ?? completion.choices[0]!.token_ids?.length ?? 0;
      usage.generated += sampled;
      usage.evaluations += sampled;
      return generated(completion.choices[0]!, tokenizer);
    },
  };
}

function scoresOf({ server, traits }: SessionParts) {
  if (traits.scores !== undefined) return traits.scores;
  throw new ToolkitError({
    kind: 'input',
    what: 'the server tells no log-probabilities of given tokens',
    where: server.where,
    expected: '`logprob_token_ids` or `prompt_logprobs`, as in vLLM',
  });
}

function generation({ server, traits, tokenizer }: SessionParts, { grammar, stop }: GenerateOptions) {
  const stopTokens = tokenizer.encode(stop);
  if (stopTokens.length !== 1) {
    throw new ToolkitError({
      kind: 'input',
      what: `the stop text ${JSON.stringify(stop)} is not one token of this model`,
      found: `${stopTokens.length} tokens`,
    });
  }
  const plain = { stop_token_ids: stopTokens, skip_special_tokens: false, return_token_ids: true };
  if (grammar === undefined) return plain;
  if (traits.grammar !== undefined) return { ...plain, ...grammarMember(traits.grammar, grammar) };
  throw new ToolkitError({
    kind: 'input',
    what: 'the server takes no grammar',
    where: server.where,
    expected: '`structured_outputs` or `guided_grammar`, as in vLLM',
    todo: 'start vLLM with --structured-outputs-config.backend xgrammar, or evaluate systems that write freely (base, monolithic)',
  });
}

function generated(
  { token_ids: ids, text, finish_reason: finish, stop_reason: reason }: CompletionChoice,
  { encode, decode, added }: Tokenizer,
): Generated {
  const stopped = finish === 'stop';
  if (ids == null) return { tokens: encode(text), text, stopped };
  const last = ids.at(-1);
  // vLLM's ids hold the token that ended the text; the text does not.
  const isEnd = stopped && last !== undefined && (last === reason || isSpecial(decode([last])));
  const tokens = isEnd ? ids.slice(0, -1) : ids;
  return { tokens, text: decode(tokens), stopped };

  function isSpecial(content: string): boolean {
    return added.some((token) => token.special && token.content === content);
  }
}

/** Where the server does not tell what it had cached, all counts. */
function prefilled({ usage }: Completion, prompt: CompletionAsked['prompt']): number {
  const cached = usage?.prompt_tokens_details?.cached_tokens ?? 0;
  const tokens = usage?.prompt_tokens ?? prompt.flat().length;
  return tokens - cached;
}

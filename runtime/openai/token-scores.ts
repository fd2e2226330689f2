import { ToolkitError } from '../../core/errors.ts';
import type { Completion, CompletionChoice } from './completion.ts';
import type { CompletionAsked } from './completions-server.ts';

/**
 * How a server tells exact log-probabilities of given tokens. vLLM's own parameters: `logprob_token_ids` adds tokens to those that are told of the
 * one place that is sampled (since July 2026, vllm#43463); `prompt_logprobs` tells every token of the prompt, and reads no cached prefix
 * (`skip_reading_prefix_cache` in its sampling_params.py). Both are of the raw logits, whatever is sampled.
 */
export type ScoreSource = 'logprob_token_ids' | 'prompt_logprobs';

/** More are refused (`MAX_LOGPROB_TOKEN_IDS` in vLLM's sampling_params.py). */
const MOST_IDS = 128;
/** So many places are asked one by one on the cached prefix, rather than by computing the whole prompt again. */
const FEW_PLACES = 16;

export type AskCompletion = (asked: CompletionAsked) => Promise<Completion>;

/** Natural log-probabilities of the candidates as the token after the prefix. */
export async function scoreCandidates(
  ask: AskCompletion,
  source: ScoreSource,
  prefix: readonly number[],
  candidates: readonly number[],
): Promise<number[]> {
  if (candidates.length === 0) return [];
  if (source === 'prompt_logprobs') {
    const { choices } = await ask(askedPrompts(candidates.map((candidate) => [...prefix, candidate])));
    return choices.map((choice, index) => promptScore(choice, prefix.length, candidates[index]!));
  }
  const parts = Array.from({ length: Math.ceil(candidates.length / MOST_IDS) }, (_, part) =>
    candidates.slice(part * MOST_IDS, (part + 1) * MOST_IDS),
  );
  const scores = await Promise.all(
    parts.map(async (ids) => {
      const { choices } = await ask(askedIds([prefix], ids));
      return ids.map((id) => idScore(choices[0]!, id));
    }),
  );
  return scores.flat();
}

/** Natural log-probabilities of tokens[from..], each given all before it. */
export async function scoreTokens(
  ask: AskCompletion,
  source: ScoreSource,
  tokens: readonly number[],
  from: number,
): Promise<number[]> {
  const targets = tokens.slice(from);
  if (source === 'logprob_token_ids' && targets.length <= FEW_PLACES) {
    const prefixes = targets.map((_, index) => tokens.slice(0, from + index));
    const { choices } = await ask(askedIds(prefixes, [...new Set(targets)]));
    return choices.map((choice, index) => idScore(choice, targets[index]!));
  }
  const { choices } = await ask(askedPrompts([tokens]));
  return targets.map((token, index) => promptScore(choices[0]!, from + index, token));
}

function askedIds(prompt: readonly (readonly number[])[], ids: readonly number[]) {
  return { prompt, max_tokens: 1, logprobs: 1, logprob_token_ids: ids, return_tokens_as_token_ids: true };
}

function askedPrompts(prompt: readonly (readonly number[])[]) {
  return { prompt, max_tokens: 1, prompt_logprobs: 1 };
}

function idScore({ logprobs }: CompletionChoice, token: number): number {
  return checked(logprobs?.top_logprobs?.[0]?.[`token_id:${token}`], token);
}

function promptScore({ prompt_logprobs: places }: CompletionChoice, place: number, token: number): number {
  return checked(places?.[place]?.[String(token)]?.logprob, token);
}

/** What is above zero is no log-probability: a server can be told to give logits instead (`--logprobs-mode`). */
function checked(score: number | undefined, token: number): number {
  if (score !== undefined && score <= 1e-3) return score;
  throw new ToolkitError({
    kind: 'input',
    what: 'the server did not tell the log-probability of a token that it was asked for',
    expected: `a log-probability of token ${token}`,
    found: score === undefined ? 'none' : `${score}`,
    todo: 'start it with --logprobs-mode raw_logprobs, which is the default',
  });
}

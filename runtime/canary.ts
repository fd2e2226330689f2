import { ToolkitError } from '../core/errors.ts';
import type { AdapterFile, Engine } from './engine.ts';

/** What the base, or the base with an adapter, is asked: natural log-probabilities of `tokens[from..]`. */
export interface CanaryProbe {
  adapter?: AdapterFile;
  tokens: readonly number[];
  from: number;
}

export interface Canary {
  /** The first two are of adapters, where there are so many; they begin alike, else what one leaves could do no harm to the other. */
  probes: readonly [first: CanaryProbe, second: CanaryProbe, base: CanaryProbe];
  signal?: AbortSignal;
}

/**
 * In the order of asking. Each comes behind another one, and the first one again behind both others: that tells a cache that is kept from one adapter to
 * the next. Then all are asked what begins otherwise (3 to 5) and once more the same: that tells one that is kept for later (llama-server's `--cache-ram`).
 */
const ORDER = [0, 1, 0, 2, 0, 3, 4, 5, 1, 0, 2];
/** Of a log-probability. Rounding differs between a prompt that is evaluated at once and one that is continued. */
const NEAR = 0.02;

/**
 * Asks adapters and the base in turn on short prompts, and compares with what they say when nothing is reused. Where what one left in the cache
 * changes what another says, the engine is told to reuse nothing.
 * @returns a warning, where there is something to be warned of
 * @throws ToolkitError (failed) where the engine contradicts itself also when nothing is reused
 */
export async function checkCanary(engine: Engine, { probes, signal }: Canary): Promise<string | undefined> {
  if (!engine.abilities.reusesPrefixes || !engine.abilities.probabilities) return;
  const questions = [...probes, ...probes.map(secondHalf)];
  const ask = async (index: number) => {
    signal?.throwIfAborted();
    const { adapter, tokens, from } = questions[index]!;
    return (await engine.session(adapter)).logprobs(tokens, from);
  };
  const askAll = async (order: readonly number[]) => {
    const answers: number[][] = [];
    for (const index of order) answers.push(await ask(index));
    return answers;
  };
  engine.reusePrefixes(false);
  const cold = await askAll([...questions.keys()]);
  const asCold = (answers: readonly number[][]) =>
    answers.every((answer, at) => distance(answer, cold[ORDER[at]!]!) <= NEAR);
  engine.reusePrefixes(true);
  if (asCold(await askAll(ORDER))) return ineffective(probes, cold);
  engine.reusePrefixes(false);
  if (!asCold(await askAll(ORDER))) throw contradiction();
  return 'the engine mixes what different adapters computed for a prompt: nothing is reused between requests, so they take longer';
}

/** The same without the beginning of its prompt. */
function secondHalf({ adapter, tokens, from }: CanaryProbe): CanaryProbe {
  const half = from >> 1;
  return { adapter, tokens: tokens.slice(half), from: from - half };
}

function distance(left: readonly number[], right: readonly number[]): number {
  return Math.max(...left.map((value, index) => Math.abs(value - right[index]!)));
}

/** An adapter that says exactly what the base says: most likely the engine does not apply it. */
function ineffective([first, , base]: Canary['probes'], cold: readonly number[][]): string | undefined {
  if (first.adapter === undefined || first.tokens.join() !== base.tokens.join()) return;
  if (distance(cold[0]!, cold[2]!) > 0) return;
  return `the adapter ${first.adapter.name} changes nothing: the engine may not apply it`;
}

function contradiction(): ToolkitError {
  return new ToolkitError({
    kind: 'failed',
    what: 'the engine gives one prompt different probabilities, also where nothing is reused between requests',
    expected: `log-probabilities that differ by at most ${NEAR}`,
    todo: 'see that nobody else uses it, and try another release of llama.cpp',
  });
}

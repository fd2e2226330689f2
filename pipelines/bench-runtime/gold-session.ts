import type { EngineSession } from '../../runtime/engine.ts';

const PREFERRED = -0.01;
const OTHER = -9;

export interface GoldSession extends EngineSession {
  /** How often it was asked for probabilities: each is an evaluation. */
  readonly asked: number;
}

/**
 * A session that evaluates all it is asked to, and then answers as a model that has learned by heart what follows one prompt: that of the first request.
 */
export function goldSession(session: EngineSession, gold: readonly number[]): GoldSession {
  let prompt: number | undefined;
  let asked = 0;
  return {
    get asked() {
      return asked;
    },
    usage: session.usage,
    generate: session.generate,
    async logprobs(tokens, from) {
      prompt ??= from;
      asked += 1;
      return (await session.logprobs(tokens, from)).map(() => PREFERRED);
    },
    async next(prefix, candidates) {
      prompt ??= prefix.length;
      asked += 1;
      await session.next(prefix, candidates);
      const wanted = gold[prefix.length - prompt];
      return candidates.map((candidate) => (candidate === wanted ? PREFERRED : OTHER));
    },
  };
}

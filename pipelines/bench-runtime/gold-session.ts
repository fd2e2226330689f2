import type { EngineSession } from '../../runtime/engine.ts';

const PREFERRED = -0.01;
const OTHER = -9;

/** A session that evaluates all it is asked to, and then answers as a model that has learned what follows the prompt by heart. */
export function goldSession(session: EngineSession, prompt: number, gold: readonly number[]): EngineSession {
  return {
    usage: session.usage,
    generate: session.generate,
    async logprobs(tokens, from) {
      return (await session.logprobs(tokens, from)).map(() => PREFERRED);
    },
    async next(prefix, candidates) {
      await session.next(prefix, candidates);
      const wanted = gold[prefix.length - prompt];
      return candidates.map((candidate) => (candidate === wanted ? PREFERRED : OTHER));
    },
  };
}

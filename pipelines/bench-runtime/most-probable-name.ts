import type { Renderer } from '../../core/prompt/renderer.ts';
import type { Engine, EngineSession } from '../../runtime/engine.ts';

export interface Naming {
  engine: Engine;
  session: EngineSession;
  renderer: Renderer;
  names: readonly string[];
}

/** By brute force: each name is scored by itself. */
export async function mostProbableName({ engine, session, renderer, names }: Naming, prompt: string): Promise<string> {
  const prefix = engine.tokenize(prompt);
  let best = { name: '', score: Number.NEGATIVE_INFINITY };
  for (const name of names) {
    const span = engine.tokenize(renderer.nameSpan(name));
    const scores = await session.logprobs([...prefix, ...span], prefix.length);
    const score = scores.reduce((sum, value) => sum + value, 0);
    if (score > best.score) best = { name, score };
  }
  return best.name;
}

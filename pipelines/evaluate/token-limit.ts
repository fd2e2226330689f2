import type { Renderer } from '../../core/prompt/renderer.ts';
import { generationLimit } from '../generation-limit.ts';
import { rightArguments } from '../scoring/possible-values.ts';
import type { EvaluationCase } from './evaluation-case.ts';
import type { Tools } from './judge.ts';

/**
 * Most tokens of one generation, the same for every system and case: twice the longest gold call, so that none is cut off
 * while a model that does not end costs little.
 */
export function tokenLimit(
  cases: readonly EvaluationCase[],
  tools: Tools,
  renderer: Renderer,
  tokenize: (text: string) => number[],
): number {
  const longest = cases.reduce((most, { gold }) => {
    if (gold.tool === null) return most;
    const tool = tools.byId.get(gold.tool)!;
    return Math.max(
      most,
      tokenize(renderer.completion({ call: { tool, arguments: rightArguments(gold) }, content: '' })).length,
    );
  }, 0);
  return generationLimit(longest);
}

import { seededRandom } from '../../core/random.ts';
import type { EvaluationCase } from './evaluation-case.ts';

/**
 * The cases to run in the order in which adapters stay loaded and their prefixes warm: by the gold's tool, then by trace.
 * @param limit most cases, drawn by the seed
 */
export function orderCases(
  cases: readonly EvaluationCase[],
  limit: number | undefined,
  seed: number,
): EvaluationCase[] {
  const chosen = limit === undefined ? [...cases] : seededRandom(seed, 'evaluate').sample(cases, limit);
  const place = new Map(cases.map((one, index) => [one, index]));
  const tools = new Map(
    [...new Set(cases.map(({ gold }) => gold.tool ?? ''))].sort().map((tool, index) => [tool, index]),
  );
  const toolPlace = (one: EvaluationCase) => tools.get(one.gold.tool ?? '')!;
  return chosen.sort((a, b) => toolPlace(a) - toolPlace(b) || place.get(a)! - place.get(b)!);
}

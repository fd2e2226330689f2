import { ToolkitError } from '../../core/errors.ts';
import { type Random, seededRandom } from '../../core/random.ts';
import type { Tool } from '../../core/tool.ts';
import { putBetween } from '../../datasets/put-between.ts';
import type { EvaluationCase } from '../evaluate/evaluation-case.ts';

/** Cases that offer the same number of tools. */
export interface OfferedCases {
  size: number;
  /** How many of the tools on offer come from elsewhere: no adapter has seen them. */
  distractors: number;
  /** In the order in which prefixes stay warm. */
  cases: EvaluationCase[];
}

/**
 * The same cases once for each number of tools on offer. Fewer than the catalogue has: it is cut into offers of that size, and a case gets the
 * one that holds its tool. More: all are on offer, and distractors between them. The catalogue's own tools keep their order, which
 * is that of the training, so that the curve shows the number of tools alone.
 *
 * @param cases of the held-out split; those with calls before them are left out, as these tools would have to be on offer too
 * @param most cases of each size
 * @throws ToolkitError (input) where a size is larger than all tools together
 */
export function offerCases(
  cases: readonly EvaluationCase[],
  { own, distractors }: { own: readonly Tool[]; distractors: readonly Tool[] },
  { sizes, most }: { sizes: readonly number[]; most: number },
  seed: number,
): OfferedCases[] {
  const first = cases.filter(({ before }) => before.every(({ role }) => role !== 'assistant'));
  const chosen = seededRandom(seed, 'offer-cases').sample(first, most);
  return [...new Set(sizes)]
    .sort((a, b) => a - b)
    .map((size) => {
      refuseTooMany(size, own.length + distractors.length);
      const random = seededRandom(seed, 'offers', size);
      const ids = (tools: readonly Tool[]) => tools.map(({ id }) => id);
      const offers = drawOffers(size, ids(own), ids(distractors), random);
      const offered = chosen.map((one) => {
        const fitting = offers.filter((tools) => one.gold.tool === null || tools.includes(one.gold.tool));
        return { ...one, id: `${one.id}@${size}`, tools: random.pick(fitting) };
      });
      return {
        size,
        distractors: Math.max(0, size - own.length),
        cases: offered.sort((a, b) => offers.indexOf(a.tools) - offers.indexOf(b.tools)),
      };
    });
}

function drawOffers(size: number, own: readonly string[], distractors: readonly string[], random: Random): string[][] {
  const more = size - own.length;
  if (more >= 0) return [putBetween(own, random.sample(distractors, more), random)];
  const shuffled = random.shuffle(own);
  return Array.from({ length: Math.ceil(own.length / size) }, (_, index) => {
    const part = shuffled.slice(index * size, (index + 1) * size);
    const others = own.filter((id) => !part.includes(id));
    const chosen = new Set([...part, ...random.sample(others, size - part.length)]);
    return own.filter((id) => chosen.has(id));
  });
}

function refuseTooMany(size: number, tools: number): void {
  if (size <= tools) return;
  throw new ToolkitError({
    kind: 'input',
    what: `offers.sizes has ${size}, but there are only ${tools} tools`,
    where: 'workspace.yaml',
    todo: 'leave the size out, or give a larger catalogue as offers.distractors',
  });
}

import { ToolkitError } from '../../core/errors.ts';
import { seededRandom } from '../../core/random.ts';
import type { Catalogue, Tool } from '../../core/tool.ts';
import type { EvaluationCase } from './evaluation-case.ts';

/** Cases that offer the same number of tools. */
export interface OfferedCases {
  size: number;
  /** Tools on offer that no case calls. */
  distractors: number;
  /** In the order in which prefixes stay warm. */
  cases: EvaluationCase[];
}

/**
 * The same cases once for each number of tools on offer. Fewer than the catalogue has: it is cut into offers of that size, and a case gets the
 * one that holds its tool. More: all are on offer, and distractors beside them. The order in the prompt is drawn, so that no place gives a tool away.
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
      const offers = drawOffers(
        size,
        own.map(({ id }) => id),
        distractors.map(({ id }) => id),
        random,
      );
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

function drawOffers(
  size: number,
  own: readonly string[],
  distractors: readonly string[],
  random: ReturnType<typeof seededRandom>,
): string[][] {
  if (size >= own.length) return [random.shuffle([...own, ...random.sample(distractors, size - own.length)])];
  const shuffled = random.shuffle(own);
  const count = Math.ceil(own.length / size);
  return Array.from({ length: count }, (_, index) => {
    const part = shuffled.slice(index * size, (index + 1) * size);
    const others = own.filter((id) => !part.includes(id));
    return random.shuffle([...part, ...random.sample(others, size - part.length)]);
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

/** Distractors whose name a tool of the catalogue has, or another distractor, are left out: a call could not say which one it means. */
export function distractorsFor(catalogue: Catalogue, { tools }: Catalogue): Tool[] {
  const taken = new Set(catalogue.tools.flatMap(({ id, promptName }) => [id, promptName]));
  return tools.filter(({ id, promptName }) => {
    const free = !taken.has(id) && !taken.has(promptName);
    taken.add(id).add(promptName);
    return free;
  });
}

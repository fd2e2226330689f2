import type { Confusions } from '../../core/confusions.ts';
import type { Tool } from '../../core/tool.ts';
import { stemOf, wordsOf } from './tool-words.ts';

/** A word of the name says more than one of the description. */
const NAME_WEIGHT = 3;
/** For each this many tools, one pair. */
const TOOLS_A_PAIR = 2;

type Vector = Map<string, number>;

/** The pairs of tools that are most alike by the words of name and description (cosine of tf-idf vectors), with the similarity as count. */
export function alikeTools(tools: readonly Tool[]): Confusions {
  const vectors = weighted(tools.map(wordCounts));
  const pairs = tools.flatMap((a, index) =>
    tools.slice(index + 1).map((b, offset) => ({
      gold: a.id,
      predicted: b.id,
      count: cosine(vectors[index]!, vectors[index + 1 + offset]!),
    })),
  );
  return pairs
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, Math.ceil(tools.length / TOOLS_A_PAIR));
}

function wordCounts({ name, description }: Tool): Vector {
  const counts: Vector = new Map();
  const add = (text: string, weight: number) => {
    for (const word of wordsOf(text).map(stemOf)) counts.set(word, (counts.get(word) ?? 0) + weight);
  };
  add(name, NAME_WEIGHT);
  add(description, 1);
  return counts;
}

/** Words that many tools have tell little: tf-idf, with the logarithm of the count as in BM25's saturation. */
function weighted(counts: readonly Vector[]): Vector[] {
  const documents = new Map<string, number>();
  for (const vector of counts) for (const word of vector.keys()) documents.set(word, (documents.get(word) ?? 0) + 1);
  const idf = (word: string) => Math.log((counts.length + 1) / documents.get(word)!);
  return counts.map((vector) => new Map([...vector].map(([word, count]) => [word, Math.log1p(count) * idf(word)])));
}

function cosine(a: Vector, b: Vector): number {
  const product = [...a].reduce((sum, [word, weight]) => sum + weight * (b.get(word) ?? 0), 0);
  const length = (vector: Vector) => Math.hypot(...vector.values());
  return product / (length(a) * length(b) || 1);
}

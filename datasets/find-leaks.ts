import type { Split } from '../core/sample.ts';
import { similarPairs } from './similar-pairs.ts';
import type { TraceEntry } from './trace-entry.ts';

/**
 * Looks for anything that stands on both sides of the finished split, without trusting how the split was made.
 * @returns what crosses, one line each; empty where the split is clean
 */
export function findLeaks(
  entries: readonly TraceEntry[],
  splits: ReadonlyMap<string, Split>,
  similarity: number,
): string[] {
  const used = entries.filter(({ id }) => splits.has(id));
  const side = (entry: TraceEntry) => splits.get(entry.id)!;
  const shared = (what: string, keysOf: (entry: TraceEntry) => string[]) => {
    const first = new Map<string, TraceEntry>();
    return used.flatMap((entry) =>
      keysOf(entry).flatMap((key) => {
        const other = first.get(key) ?? entry;
        first.set(key, other);
        return side(other) === side(entry)
          ? []
          : [`${what}: ${other.id} (${side(other)}), ${entry.id} (${side(entry)})`];
      }),
    );
  };
  const alike = similarPairs(
    used.map(({ query }) => query),
    similarity,
  ).flatMap(({ a, b }) => {
    const [one, other] = [used[a]!, used[b]!];
    return side(one) === side(other)
      ? []
      : [`near-duplicate query: ${one.id} (${side(one)}), ${other.id} (${side(other)})`];
  });
  return [...shared('same family', ({ family }) => [family]), ...shared('same call', ({ calls }) => calls), ...alike];
}

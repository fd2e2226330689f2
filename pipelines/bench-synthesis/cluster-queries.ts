import { disjointSets } from '../../datasets/disjoint-sets.ts';
import { shingles } from '../../datasets/shingles.ts';
import { findSimilar } from '../../datasets/similar-pairs.ts';
import { TokenSets } from '../../datasets/token-sets.ts';

/**
 * Clusters of near-duplicates: queries that a chain of pairs connects whose shingles have at least this Jaccard similarity.
 * @returns for each query the number of the first one in its cluster
 */
export function clusterQueries(queries: readonly string[], threshold: number): number[] {
  const clusters = disjointSets(queries.length);
  const firsts = new Map<string, number>();
  for (const [number, query] of queries.entries()) {
    const first = firsts.get(query);
    if (first === undefined) firsts.set(query, number);
    else clusters.union(first, number);
  }
  const numbers = Uint32Array.from(firsts.values());
  const sets = TokenSets.from(firsts.keys().map(shingles)).view();
  const skip = (a: number, b: number) => clusters.find(numbers[a]!) === clusters.find(numbers[b]!);
  findSimilar({ sets, threshold, skip }, (a, b) => clusters.union(numbers[a]!, numbers[b]!));
  return Array.from(queries.keys(), clusters.find);
}

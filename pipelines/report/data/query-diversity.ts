import { Fingerprints } from '../../../datasets/fingerprints.ts';
import { levelled, shingles } from '../../../datasets/shingles.ts';
import { findSimilar } from '../../../datasets/similar-pairs.ts';
import { TokenSets } from '../../../datasets/token-sets.ts';

/** How varied the queries are. */
export interface QueryDiversity {
  /** Different words, and pairs of words side by side, over all of them (Li et al. 2016, distinct-1 and -2); 0 where there are none. */
  distinct: [one: number, two: number];
  /** Traces whose query is a near-duplicate of another one's. */
  similar: number;
}

export interface DiversityTally {
  /** @param query all that the user says in a trace, message by message */
  add(query: readonly string[]): void;
  figures(): QueryDiversity;
}

/** @param similarity Jaccard similarity of 3-grams from which two queries are near-duplicates, as dedupe takes it */
export function diversityTally(similarity: number): DiversityTally {
  const grams = [1, 2].map((length) => ({ length, all: 0, different: new Fingerprints({ numbered: false }) }));
  const queries = new TokenSets();
  return {
    add(query) {
      queries.add(shingles(query.join('\n')));
      for (const text of query) {
        const words = levelled(text).trim().split(' ');
        for (const gram of grams) {
          for (let start = 0; start + gram.length <= words.length; start++) {
            gram.all += 1;
            gram.different.isNew(words.slice(start, start + gram.length).join(' '));
          }
        }
      }
    },
    figures() {
      const [one, two] = grams.map(({ all, different }) => (all === 0 ? 0 : different.size / all));
      return { distinct: [one!, two!], similar: countSimilar(queries, similarity) };
    },
  };
}

/** A pair of which both are known to have a neighbour tells nothing: so many alike do not make as many pairs. */
function countSimilar(queries: TokenSets, threshold: number): number {
  const sets = queries.view();
  const known = new Uint8Array(sets.sizes.length);
  findSimilar({ sets, threshold, skip: (a, b) => known[a]! + known[b]! === 2 }, (a, b) => {
    known[a] = 1;
    known[b] = 1;
  });
  return known.reduce((sum, one) => sum + one, 0);
}

import MiniSearch from 'minisearch';
import { termsOf } from './terms.ts';
import type { ToolText } from './tool-text.ts';

/** What a name says counts twice. */
const WEIGHTS: Record<keyof ToolText, number> = {
  name: 2,
  description: 1,
  parameters: 1,
  parameterDescriptions: 1,
  values: 1,
};

/** Scores texts by BM25. */
export interface TextIndex {
  /** By the texts' numbers, for terms and their weights; 0 where nothing is found. */
  scores(terms: ReadonlyMap<string, number>): Float64Array;
}

/** Indexes texts by BM25, each field with its own weight. */
export function textIndex(texts: readonly ToolText[]): TextIndex {
  const index = new MiniSearch({ fields: Object.keys(WEIGHTS), tokenize: termsOf, processTerm: (term) => term });
  index.addAll(texts.map((text, id) => ({ id, ...text })));
  return {
    scores: (terms) => {
      const scores = new Float64Array(texts.length);
      const found = index.search([...terms.keys()].join(' '), {
        boost: WEIGHTS,
        tokenize: (text) => text.split(' '),
        boostTerm: (term) => terms.get(term)!,
      });
      for (const { id, score } of found) scores[id] = score;
      return scores;
    },
  };
}

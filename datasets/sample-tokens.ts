import type { Sample, Span } from '../core/sample.ts';
import type { Tokenizer } from '../core/tokenizer.ts';

/** A sample as the trainer sees it. */
export interface SampleTokens {
  ids: number[];
  /** For each token, whether the loss sees it. */
  train: boolean[];
}

/** Tokenizes each span by itself; token and mask are made together, so that they cannot drift. */
export function sampleTokens(sample: Pick<Sample, 'spans'>, encode: Tokenizer['encode']): SampleTokens {
  const tokens = sample.spans.map((span) => spanTokens(span, encode));
  return { ids: tokens.flatMap(({ ids }) => ids), train: tokens.flatMap(({ train }) => train) };
}

function spanTokens({ text, train }: Span, encode: Tokenizer['encode']): SampleTokens {
  const ids = encode(text);
  return { ids, train: ids.map(() => train) };
}

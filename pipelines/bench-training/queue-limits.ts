import type { BenchFile } from '../../trainers/bench/bench-inputs.ts';

type Lengths = Pick<BenchFile, 'shared' | 'trained' | 'count'>;

interface QueueForm {
  batch: number;
  epochs: number;
  /** Tokens of a sample between the shared prompt and what is trained, and how many of them, the last ones, are the invocation. */
  query: number;
  invocation: number;
}

/**
 * How many tokens whole sequences have over those that each method computes: what a queue can gain in computing. Imports and loads, which the peer has once
 * for each adapter, are left out, and that kept prefixes need no gradient.
 */
export function queueLimits(
  files: readonly Lengths[],
  { batch, epochs, query, invocation }: QueueForm,
): Record<'shared-prefix' | 'activated', number> {
  const sum = (of: (file: Lengths) => number) => files.reduce((total, file) => total + of(file), 0);
  const own = ({ trained }: Lengths) => query + trained;
  const whole = sum((file) => epochs * file.count * (file.shared + own(file)));
  const packed = sum((file) => epochs * ((file.count / batch) * file.shared + file.count * own(file)));
  const later = (file: Lengths) => (epochs - 1) * file.count * (invocation + file.trained);
  const kept = sum((file) => file.shared + file.count * own(file) + later(file));
  return { 'shared-prefix': whole / packed, activated: whole / kept };
}

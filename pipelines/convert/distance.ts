import type { Distance } from '../../core/bundle.ts';

/** Log-probabilities of a system, by probe. */
export type Scores = ReadonlyMap<string, readonly number[]>;

/** How far two systems' log-probabilities of the same tokens are apart. Not a number where one of them computed none. */
export function distance(left: Scores, right: Scores): Distance & { tokens: number } {
  const differences = [...left.keys()].flatMap((probe) => minus(left, right, probe).map(Math.abs));
  const sum = differences.reduce((total, value) => total + value, 0);
  return { max: Math.max(...differences), mean: sum / differences.length, tokens: differences.length };
}

/** `left − right`, token by token, for the probes of `left`. */
export function change(left: Scores, right: Scores): Scores {
  return new Map([...left.keys()].map((probe) => [probe, minus(left, right, probe)]));
}

function minus(left: Scores, right: Scores, probe: string): number[] {
  const others = right.get(probe);
  return left.get(probe)!.map((value, index) => value - (others?.[index] ?? Number.NaN));
}

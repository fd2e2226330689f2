/**
 * P-values of several tests that are told together, corrected by Holm (A simple sequentially rejective multiple test procedure, 1979): the chance
 * that any equally good pair is called different stays below the level. In the order given.
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, at) => at).sort((a, b) => values[a]! - values[b]!);
  const adjusted = new Array<number>(values.length);
  let largest = 0;
  for (const [rank, at] of order.entries()) {
    largest = Math.max(largest, (values.length - rank) * values[at]!);
    adjusted[at] = Math.min(1, largest);
  }
  return adjusted;
}

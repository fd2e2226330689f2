/** How many traces have each label. */
export function countLabels(
  traces: Iterable<number>,
  labelsOf: (trace: number) => readonly string[],
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const trace of traces) for (const label of labelsOf(trace)) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

import type { TraceEntry } from './trace-entry.ts';

/** How many traces have each label. */
export function countLabels(entries: Iterable<TraceEntry>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { labels } of entries) for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

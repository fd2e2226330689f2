import { type Fate, splitOf } from './fate.ts';
import { numbersWhere } from './number-column.ts';
import { findSimilar } from './similar-pairs.ts';
import type { TraceColumns } from './trace-columns.ts';

/** Two traces on different sides that have something in common. */
export interface Leak {
  what: 'same family' | 'same call' | 'near-duplicate query';
  a: number;
  b: number;
}

/** Looks for anything that stands on both sides of the finished split, without trusting how the split was made. */
export function findLeaks(columns: TraceColumns, fates: readonly Fate[], similarity: number): Leak[] {
  const { count, queries, families, callsOf, tracesOf } = columns;
  const members = numbersWhere(count, (trace) => splitOf(fates[trace]!) !== undefined);
  const leaks: Leak[] = [];
  const shared = (what: Leak['what'], keys: number, keysOf: (trace: number) => Iterable<number>) => {
    const last = new Int32Array(keys).fill(-1);
    for (const trace of members) {
      for (const key of keysOf(trace)) {
        const other = last[key]!;
        last[key] = trace;
        if (other !== -1 && fates[other] !== fates[trace]) leaks.push({ what, a: other, b: trace });
      }
    }
  };
  shared('same family', families.count, (trace) => [families.of[trace]!]);
  shared('same call', tracesOf.count, (trace) => callsOf.of(trace));
  const sides = Uint8Array.from({ length: count }, (_, trace) => ['test', 'validation'].indexOf(fates[trace]!));
  findSimilar({ sets: queries, members, threshold: similarity, skip: (a, b) => sides[a] === sides[b] }, (a, b) =>
    leaks.push({ what: 'near-duplicate query', a, b }),
  );
  return leaks;
}

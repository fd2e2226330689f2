import type { Trace } from '../../../core/trace.ts';
import { shortPrint } from '../../../datasets/fingerprints.ts';
import { callsOf } from './calls-of.ts';

/** A trace by its place among all, from 0, and a short fingerprint of its id. */
export interface ChosenTrace {
  place: number;
  print: number;
}

/**
 * Draws traces evenly over tools and kinds, the same ones for the same traces. Of the others it keeps nothing.
 * @returns the first of every tool and kind first
 */
export async function chooseTraces(traces: AsyncIterable<Trace>, most: number): Promise<ChosenTrace[]> {
  const groups = new Map<string, ChosenTrace[]>();
  let place = 0;
  for await (const trace of traces) {
    const key = JSON.stringify([callsOf(trace)[0]?.call.tool ?? null, trace.provenance.kind]);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push({ place: place++, print: shortPrint(trace.id) });
    if (group.length >= 2 * most) shrink(group, most);
  }
  for (const group of groups.values()) shrink(group, most);
  const drawn: ChosenTrace[] = [];
  for (let round = 0; round < most && drawn.length < most; round++)
    drawn.push(...[...groups.values()].flatMap((group) => group.slice(round, round + 1)));
  return drawn.slice(0, most);
}

/** A fingerprint is as good as a number drawn by chance, and stays the same. */
function shrink(group: ChosenTrace[], most: number): void {
  group.sort((a, b) => a.print - b.print || a.place - b.place).splice(most);
}

import type { Candidate } from '../../../core/candidate.ts';
import type { Choice, Choices, ComparedCandidates, WeighedCandidate } from '../../../core/choices.ts';
import { type PairedCounts, pairedCounts, pairedInterval } from '../../scoring/paired-counts.ts';
import { wilson } from '../../scoring/wilson.ts';
import { expectedDifferences } from './expected-differences.ts';

/** The adapters that could write a tool's arguments, and what they made of its calls. */
export interface TriedCandidates {
  /** Id. */
  tool: string;
  group: string;
  /** At least two, the simplest first. */
  candidates: { candidate: Candidate; adapter: string; right: readonly boolean[] }[];
}

interface Comparison {
  tool: TriedCandidates;
  candidate: Candidate;
  over: Candidate;
  counts: PairedCounts;
}

/**
 * Chooses for each tool the adapter that is expected to write most calls right, the simplest of equals. `undefined` where no call was tried.
 * What is expected says `expectedDifferences`.
 */
export function chooseAdapters(tried: readonly TriedCandidates[]): Choices | undefined {
  const comparisons = tried.flatMap((tool) =>
    tool.candidates.slice(1).map(({ candidate, right }): Comparison => {
      const [first] = tool.candidates;
      return { tool, candidate, over: first!.candidate, counts: pairedCounts(right, first!.right) };
    }),
  );
  const expected = new Map<Comparison, number>();
  const overall: ComparedCandidates[] = [];
  for (const alike of Map.groupBy(comparisons, ({ candidate, over }) => `${candidate} ${over}`).values()) {
    const { tools, spread } = expectedDifferences(alike.map(({ tool: { group }, counts }) => ({ group, counts })));
    for (const [at, comparison] of alike.entries()) expected.set(comparison, tools[at]!);
    overall.push(...compared(alike, spread));
  }
  if (overall.length === 0) return undefined;
  const tools = tried.map((tool) => choice(tool, new Map([...expected].filter(([one]) => one.tool === tool))));
  return { overall, tools };
}

/** None where no call was tried. */
function compared(alike: readonly Comparison[], spread: number): ComparedCandidates[] {
  const total = (key: keyof PairedCounts) => alike.reduce((sum, { counts }) => sum + counts[key], 0);
  const counts = { n: total('n'), both: total('both'), first: total('first'), second: total('second') };
  const difference = pairedInterval(counts);
  const { candidate, over } = alike[0]!;
  return difference === null ? [] : [{ candidate, over, tools: alike.length, n: counts.n, difference, spread }];
}

function choice({ tool, candidates }: TriedCandidates, comparisons: ReadonlyMap<Comparison, number>): Choice {
  const weighed = candidates.map(({ candidate, adapter, right }): WeighedCandidate => {
    const found = [...comparisons].find(([one]) => one.candidate === candidate);
    return {
      candidate,
      adapter,
      right: wilson(right.filter(Boolean).length, right.length),
      over: found ? pairedInterval(found[0].counts) : null,
      expected: found ? found[1] : 0,
    };
  });
  const chosen = weighed.reduce((best, one) => (one.expected > best.expected ? one : best));
  const n = candidates[0]!.right.length;
  return { tool, adapter: chosen.adapter, n, candidates: weighed, why: reason(chosen, weighed, n) };
}

function reason(chosen: WeighedCandidate, [first, ...others]: readonly WeighedCandidate[], n: number): string {
  const judged =
    n === 0 ? 'judged by other tools, as it has no validation call' : `${n} calls, and what other tools show`;
  if (chosen !== first)
    return `${chosen.candidate} is expected to write ${inPoints(chosen.expected)} points more calls right than ${first!.candidate} (${judged})`;
  const rest = others.map(({ candidate, expected }) => `${candidate} ${inPoints(expected)} points`).join(', ');
  return `nothing is expected to be better than ${first!.candidate}: ${rest} (${judged})`;
}

function inPoints(share: number): string {
  return (100 * share).toFixed(1);
}

import type { PairedCounts } from '../../scoring/paired-counts.ts';

/** A tool on whose calls two adapters were tried. */
export interface TriedTool {
  group: string;
  counts: PairedCounts;
}

export interface ExpectedDifferences {
  /** Of each tool, in the order given. */
  tools: number[];
  /** Standard deviation of the true difference from tool to tool within a group. */
  spread: number;
}

/**
 * What the first adapter is expected to have over the second in share of right calls, tool by tool. A tool has some 15 calls to judge by, which alone
 * decide nothing; so its difference is drawn towards its group's, and that towards the one over all tools, the more the less the differences vary beyond
 * chance and the fewer calls it has (empirical Bayes; the variance by moments: DerSimonian and Laird, Meta-analysis in clinical trials, 1986).
 */
export function expectedDifferences(tried: readonly TriedTool[]): ExpectedDifferences {
  const all = sum(tried);
  const differing = all.first + all.second;
  if (differing === 0) return { tools: tried.map(() => 0), spread: 0 };
  const noise = differing / all.n; // variance of one call's difference
  const groups = [...Map.groupBy(tried, ({ group }) => group)];
  const byGroup = shrink(
    groups.map(([, members]) => ({ counts: sum(members), parent: '', prior: difference(all) })),
    noise,
  );
  const priors = new Map(groups.map(([group], at) => [group, byGroup.expected[at]!]));
  const tools = shrink(
    tried.map(({ group, counts }) => ({ counts, parent: group, prior: priors.get(group)! })),
    noise,
  );
  return { tools: tools.expected, spread: Math.sqrt(tools.variance) };
}

interface Unit {
  counts: PairedCounts;
  /** Among which its prior is the middle. */
  parent: string;
  prior: number;
}

/** Draws each unit's difference towards its prior. */
function shrink(units: readonly Unit[], noise: number): { expected: number[]; variance: number } {
  const variance = varianceBeyondChance(
    units.filter(({ counts }) => counts.n > 0),
    noise,
  );
  const expected = units.map(({ counts, prior }) => {
    if (counts.n === 0) return prior;
    return prior + (variance / (variance + noise / counts.n)) * (difference(counts) - prior);
  });
  return { expected, variance };
}

function varianceBeyondChance(units: readonly Unit[], noise: number): number {
  const weights = Map.groupBy(units, ({ parent }) => parent)
    .values()
    .map((members) => members.map(({ counts }) => counts.n / noise));
  let [scale, parents] = [0, 0];
  for (const own of weights) {
    const total = own.reduce((a, b) => a + b, 0);
    scale += total - own.reduce((a, b) => a + b * b, 0) / total;
    parents += 1;
  }
  const found = units.reduce((q, { counts, prior }) => q + (difference(counts) - prior) ** 2 * (counts.n / noise), 0);
  const byChance = units.length - parents;
  return byChance > 0 ? Math.max(0, (found - byChance) / scale) : 0;
}

function difference({ n, first, second }: PairedCounts): number {
  return n === 0 ? 0 : (first - second) / n;
}

function sum(tried: readonly TriedTool[]): PairedCounts {
  const total = (key: keyof PairedCounts) => tried.reduce((all, { counts }) => all + counts[key], 0);
  return { n: total('n'), both: total('both'), first: total('first'), second: total('second') };
}

import type { Bundle } from '../../../core/bundle.ts';
import { pairedCounts, pairedInterval } from '../../scoring/paired-counts.ts';
import type { EvaluatedSystem } from '../evaluated-systems.ts';
import type { PredictionRow } from './prediction-row.ts';

interface Interval {
  value: number;
  low: number;
  high: number;
}

/** What the own adapter of a tool brings over another writer of its arguments, on the same calls. */
export interface Gain extends Interval {
  /** The other writer. */
  over: 'shared' | 'base';
  n: number;
  where: 'held out' | 'validation';
}

/** What the own argument adapter of a tool brings, and what it costs. */
export interface AdapterWorth {
  tool: string;
  adapter: string;
  /** Whether it writes the tool's arguments in the bundle. */
  chosen: boolean;
  gains: Gain[];
  /** By the first of the gains: `pays` and `harms` where the whole interval says so. */
  verdict: 'pays' | 'harms' | 'open';
  bytes?: number;
  /** Of training. */
  seconds?: number;
}

/** What is known of an adapter. */
export type AdapterCost = (adapter: { name: string; file: string }) => Pick<AdapterWorth, 'bytes' | 'seconds'>;

/** Names of the systems whose arguments are compared: written by the tool's own adapter, by that of all tools, and by none. */
export interface WritingSystems {
  own?: string;
  shared?: string;
  base?: string;
}

/** Chooses them by what they are: decoupled ones of the workspace's own bundle, or for none also the base alone. Of several, the first that selects by the own selector. */
export function writingSystems(systems: readonly EvaluatedSystem[]): WritingSystems {
  const decoupled = systems.filter(({ kind, bundle }) => kind === 'decoupled' && bundle === undefined);
  const written = (by: string) => {
    const all = decoupled.filter((system) => system.arguments === by);
    return (all.find(({ selector }) => selector === 'own') ?? all[0])?.name;
  };
  return {
    own: written('own'),
    shared: written('shared'),
    base: written('base') ?? systems.find(({ kind }) => kind === 'base')?.name,
  };
}

/** Every own argument adapter of a bundle. @param cost what is known of an adapter's, by its name */
export function adapterWorth(
  bySystem: ReadonlyMap<string, readonly PredictionRow[]>,
  { adapters, choices }: Pick<Bundle, 'adapters' | 'choices'>,
  { systems, cost }: { systems: WritingSystems; cost: AdapterCost },
): AdapterWorth[] {
  return adapters.flatMap((adapter) => {
    const { task, tool, name } = adapter;
    if (task !== 'arguments' || tool === undefined) return [];
    const choice = choices?.tools.find((one) => one.tool === tool);
    const chosen = choice === undefined || choice.adapter === name;
    const gains = [...(chosen ? heldOutGains(bySystem, systems, tool) : []), ...validationGain(choice, name)].sort(
      (a, b) => Number(a.over === 'base') - Number(b.over === 'base'),
    );
    return [{ tool, adapter: name, chosen, gains, verdict: verdictOf(gains), ...cost(adapter) }];
  });
}

/** On the steps whose tool both systems selected rightly, so that only the arguments differ. */
function heldOutGains(
  bySystem: ReadonlyMap<string, readonly PredictionRow[]>,
  systems: WritingSystems,
  tool: string,
): Gain[] {
  const selected = (writer: keyof WritingSystems) =>
    new Map(
      (bySystem.get(systems[writer] ?? '') ?? [])
        .filter((row) => row.tool === tool && row.selection)
        .map((row) => [row.case, row]),
    );
  const own = selected('own');
  return (['shared', 'base'] as const).flatMap((over): Gain[] => {
    const other = selected(over);
    const both = [...own.values()].filter((row) => other.has(row.case));
    const interval = pairedInterval(
      pairedCounts(
        both.map(({ args_ast }) => args_ast),
        both.map((row) => other.get(row.case)!.args_ast),
      ),
    );
    return interval === null ? [] : [{ over, where: 'held out', n: both.length, ...interval }];
  });
}

type Choice = NonNullable<Bundle['choices']>['tools'][number];

/** What the choice of writers saw, where it weighed the adapter against the shared one. */
function validationGain(choice: Choice | undefined, name: string): Gain[] {
  const own = choice?.candidates.find(({ adapter }) => adapter === name);
  if (!own?.over || choice!.candidates[0]!.candidate !== 'shared') return [];
  return [{ over: 'shared', where: 'validation', n: choice!.n, ...own.over }];
}

function verdictOf([first]: readonly Gain[]): AdapterWorth['verdict'] {
  if (first === undefined) return 'open';
  return first.low > 0 ? 'pays' : first.high < 0 ? 'harms' : 'open';
}

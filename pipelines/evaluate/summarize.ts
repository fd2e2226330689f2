import type { Difference, Summary, SystemMetrics } from '../../core/metrics.ts';
import { MALFORMED } from '../../core/metrics.ts';
import { RESPOND } from '../../core/tool.ts';
import { type PairedUnit, pairedDifference } from '../scoring/paired-difference.ts';
import { quantile } from '../scoring/quantile.ts';
import { wilson } from '../scoring/wilson.ts';
import { engineFigures } from './engine-figures.ts';
import type { PredictionRecord } from './prediction-record.ts';

type Row = PredictionRecord;
/** What of a prediction is compared with that of another system. */
export type ScoredRow = Pick<Row, 'case' | 'trace' | 'selection' | 'args_exact' | 'args_ast'>;
const isRight = (row: ScoredRow) => row.selection && row.args_ast;

/** The figures of one system. @param unscored cases that it gave no answer to */
export function summarizeSystem(rows: readonly Row[], unscored = 0): SystemMetrics {
  const times = rows.map((row) => row.latency_ms).sort((a, b) => a - b);
  const mean = (of: (row: Row) => number) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  const any = rows.length > 0;
  return {
    overall: summarize(rows),
    calls: summarize(rows.filter(({ gold }) => gold.tool !== null)),
    groups: byKey(rows, ({ group }) => group),
    tools: byKey(rows, ({ gold }) => gold.tool ?? RESPOND),
    latency_ms: any ? { p50: quantile(times, 0.5), p95: quantile(times, 0.95) } : null,
    tokens_per_call: any ? { prefilled: mean((row) => row.prefilled), generated: mean((row) => row.generated) } : null,
    confusion: confusion(rows),
    outcomes: Object.fromEntries(countBy(rows, ({ outcome }) => outcome)),
    ...(unscored > 0 && { unscored }),
    ...engineFigures(rows),
  };
}

function summarize(rows: readonly Row[]): Summary {
  const share = (right: (row: Row) => boolean, of = rows) => wilson(of.filter(right).length, of.length);
  const executed = rows.filter((row) => row.executed_ok !== null);
  const toolRight = rows.filter((row) => row.selection && row.predicted !== null);
  return {
    n: rows.length,
    selection_accuracy: share((row) => row.selection),
    args_exact: share((row) => row.args_exact),
    args_ast: share((row) => row.args_ast),
    call_accuracy: share(isRight),
    schema_valid: share((row) => row.schema_valid),
    executed_ok: share((row) => row.executed_ok === true, executed),
    arguments_given_tool: share((row) => row.args_ast, toolRight),
  };
}

function byKey(rows: readonly Row[], key: (row: Row) => string | null): Record<string, Summary> {
  const groups = Map.groupBy(rows, key);
  groups.delete(null);
  return Object.fromEntries([...groups].map(([name, members]) => [name!, summarize(members)]));
}

function countBy<K>(rows: readonly Row[], key: (row: Row) => K): Map<K, number> {
  return new Map([...Map.groupBy(rows, key)].map(([name, members]) => [name, members.length]));
}

function confusion(rows: readonly Row[]): SystemMetrics['confusion'] {
  const counts = countBy(rows, (row) => JSON.stringify([row.gold.tool ?? RESPOND, predictedLabel(row)]));
  return [...counts].map(([pair, count]) => {
    const [gold, predicted] = JSON.parse(pair) as [string, string];
    return { gold, predicted, count };
  });
}

/** The column of a prediction in the confusion counts. */
export function predictedLabel({ predicted, malformed }: Pick<Row, 'predicted' | 'malformed'>): string {
  if (malformed !== undefined) return MALFORMED;
  return predicted === null ? RESPOND : (predicted.tool ?? predicted.name);
}

/** What each pair's system has more than its reference, on the same cases; nothing of a pair that has none in common, as an endpoint may answer to none. */
export function pairedDifferences(
  bySystem: ReadonlyMap<string, readonly ScoredRow[]>,
  pairs: readonly (readonly [system: string, reference: string])[],
  seed: number,
): Difference[] {
  return pairs.flatMap(([system, reference]) =>
    COMPARED_SCORES.flatMap((score): Difference[] => {
      const units = pairUnits(bySystem.get(system)!, bySystem.get(reference)!, score);
      if (units.length === 0) return [];
      return [{ system, reference, score, ...pairedDifference(units, [seed, system, reference, score]) }];
    }),
  );
}

/** What one system has more than another in call accuracy, on the same cases. */
export function callAccuracyDifference(
  bySystem: ReadonlyMap<string, readonly ScoredRow[]>,
  pair: readonly [system: string, reference: string],
): Difference {
  return pairedDifferences(bySystem, [pair], 1).find(({ score }) => score === 'call_accuracy')!;
}

/** What is compared in pairs. */
const RIGHT = {
  selection_accuracy: (row: ScoredRow) => row.selection,
  args_exact: (row: ScoredRow) => row.args_exact,
  call_accuracy: isRight,
} as const satisfies Record<Difference['score'], (row: ScoredRow) => boolean>;
export const COMPARED_SCORES = Object.keys(RIGHT) as (keyof typeof RIGHT)[];

/** Two systems trace by trace, on the cases that both have. */
export function pairUnits(
  system: readonly ScoredRow[],
  reference: readonly ScoredRow[],
  score: Difference['score'],
): PairedUnit[] {
  const right = RIGHT[score];
  const other = new Map(reference.map((row) => [row.case, row]));
  const units = new Map<string, PairedUnit>();
  for (const row of system) {
    const opposite = other.get(row.case);
    if (opposite === undefined) continue;
    const unit = units.get(row.trace) ?? { cases: 0, surplus: 0 };
    units.set(row.trace, {
      cases: unit.cases + 1,
      surplus: unit.surplus + Number(right(row)) - Number(right(opposite)),
    });
  }
  return [...units.values()];
}

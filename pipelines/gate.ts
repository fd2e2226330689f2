import { ToolkitError } from '../core/errors.ts';
import { readJsonFile } from '../core/json-file.ts';
import { type Metrics, MetricsSchema } from '../core/metrics.ts';
import { checkGate, type GateRow } from './gate/check-gate.ts';
import { readGates } from './gate/gates-file.ts';

export interface GateFiles {
  /** The gates, YAML. */
  gates: string;
  /** metrics.json of what is to pass. */
  metrics: string;
  /** The metrics of the last release; absent: there is none, and what is compared with it passes. */
  release?: Metrics;
}

/** Holds an evaluation to gates. @returns what each said @throws ToolkitError (input) where a file is not right, all mistakes of it with their lines */
export async function checkGates({ gates, metrics, release }: GateFiles): Promise<GateRow[]> {
  const found = await readJsonFile(metrics, MetricsSchema);
  return (await readGates(gates)).flatMap((gate) => checkGate(gate, found, release));
}

/** @throws ToolkitError (failed) naming every gate that did not pass */
export function refuseFailed(rows: readonly GateRow[], gates: string): void {
  const failed = rows.filter(({ pass }) => !pass);
  if (failed.length === 0) return;
  throw new ToolkitError({
    kind: 'failed',
    what: `${failed.length} of ${rows.length} gates did not pass`,
    where: gates,
    found: failed.map(describeRow).join('; '),
    todo: 'see the report for what went wrong; nothing is published, and what was published before stays',
  });
}

function describeRow({ member, value, limit, why }: GateRow): string {
  return `${member} is ${value ?? 'missing'}, not ${limit}${why === '' ? '' : ` (${why})`}`;
}

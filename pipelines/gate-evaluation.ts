import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import { readJsonFile } from '../core/json-file.ts';
import { type Metrics, MetricsSchema } from '../core/metrics.ts';
import type { GateRow } from './gate/check-gate.ts';
import { checkGates } from './gate.ts';
import { openTarget } from './publish/open-target.ts';
import type { Settings } from './settings.ts';

export interface GateOptions {
  /** metrics.json of the evaluation, absolute. */
  metrics: string;
  /** The gates, absolute; absent: `publish.gates`. */
  gates?: string;
  /** metrics.json of what to compare with; absent: that of the last release at `publish.to`. */
  release?: string;
}

/** Gates as they were held to an evaluation. */
export interface GateResult {
  /** Their file, absolute. */
  gates: string;
  rows: GateRow[];
}

/**
 * Holds an evaluation of the workspace to gates, and to its last release. Gates that failed are rows, not an error.
 * @throws ToolkitError (input) where there are no gates or no evaluation, or a file is not right
 */
export async function gateEvaluation(
  context: Context,
  settings: Settings,
  { metrics, gates = gatesOf(context, settings), release }: GateOptions,
): Promise<GateResult> {
  if (gates === undefined) {
    throw new ToolkitError({
      kind: 'input',
      what: 'there are no gates',
      where: context.workspace,
      todo: 'write some into a file, and name it by --gate, or by `publish: {gates: gates.yaml}` in workspace.yaml',
    });
  }
  if (!existsSync(metrics)) {
    const todo = 'run `pnpm pipeline evaluate` first';
    throw new ToolkitError({ kind: 'input', what: 'nothing was evaluated yet', where: metrics, todo });
  }
  return { gates, rows: await checkGates({ gates, metrics, release: await releaseOf(context, settings, release) }) };
}

/** The workspace's own gates, absolute. */
export function gatesOf({ workspace }: Context, { publish }: Settings): string | undefined {
  return publish.gates === undefined ? undefined : resolve(workspace, publish.gates);
}

function releaseOf(context: Context, settings: Settings, path?: string): Promise<Metrics | undefined> {
  if (path !== undefined && !existsSync(path)) {
    const todo = 'name the metrics.json of an evaluation or of a release by --release';
    throw new ToolkitError({ kind: 'input', what: 'there are no metrics to compare with', where: path, todo });
  }
  if (path !== undefined) return readJsonFile(path, MetricsSchema);
  return openTarget(context, settings)?.lastMetrics() ?? Promise.resolve(undefined);
}

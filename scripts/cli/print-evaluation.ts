import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { MetricsSchema } from '../../core/metrics.ts';
import { metricsTable } from '../../pipelines/evaluate/metrics-table.ts';

/** Prints the table of the systems after an evaluation; with `--json` the events have said it all. */
export async function printEvaluation(context: Context, { json }: { json?: boolean }): Promise<void> {
  if (json) return;
  const metrics = await readJsonFile(join(context.workspace, 'evaluation', 'metrics.json'), MetricsSchema);
  process.stdout.write(`\n${metricsTable(metrics)}\n`);
}

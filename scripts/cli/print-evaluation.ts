import { join } from 'node:path';
import { readJsonFile } from '../../core/json-file.ts';
import { MetricsSchema } from '../../core/metrics.ts';
import { metricsTable } from '../../pipelines/evaluate/metrics-table.ts';
import { safeText } from './safe-text.ts';

/** Prints the table of the systems of an evaluation; with `--json` the events have said it all. */
export async function printEvaluation(folder: string, { json }: { json?: boolean }): Promise<void> {
  if (json) return;
  const metrics = await readJsonFile(join(folder, 'metrics.json'), MetricsSchema);
  process.stdout.write(`\n${safeText(metricsTable(metrics))}\n`);
}

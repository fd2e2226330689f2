import type { RealServerRow } from '../real-servers.ts';
import { markdownTable } from '../report/markdown-table.ts';

/** A markdown table, a row for each server. */
export function realServersTable(rows: readonly RealServerRow[]): string {
  return markdownTable(
    [
      'server',
      'package',
      'transport',
      'tools',
      'with traces',
      'traces',
      'executed',
      'rejected',
      'commonest reason',
      'samples',
    ],
    rows.map((row) => [
      row.server,
      row.package,
      row.transport,
      String(row.tools),
      String(row.toolsWithTraces),
      String(row.traces),
      `${Math.round(row.executed * 100)}%`,
      String(row.rejected),
      row.error === undefined ? row.commonest : `failed: ${row.error.split('\n')[0]}`,
      String(row.samples),
    ]),
  );
}

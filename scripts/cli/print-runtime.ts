import type { RuntimeFigures } from '../../pipelines/bench-runtime.ts';
import { markdownTable } from '../../pipelines/report/markdown-table.ts';

/** The figures of `pnpm bench runtime` as markdown. */
export function runtimeText({ rows, machine }: RuntimeFigures): string {
  const table = markdownTable(
    ['figure', 'ratio', 'at least', ''],
    rows.map(({ name, note, ratio, target, pass }) => [
      `${name}: ${note}`,
      ratio.toFixed(3),
      String(target),
      pass ? 'met' : 'missed',
    ]),
  );
  return `${table}\n\n${Object.values(machine).join(', ')}`;
}

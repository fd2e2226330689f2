import type { RegenerateFigures } from '../../pipelines/bench-regenerate.ts';
import { markdownTable } from '../../pipelines/report/markdown-table.ts';

/** The figures of `pnpm bench regenerate` as markdown. */
export function regenerateText({ rows, machine }: RegenerateFigures): string {
  const table = markdownTable(
    ['change', 'of a full build', 'at most', ''],
    rows.map(({ name, note, ratio, target, pass }) => [
      `${name}: ${note}`,
      ratio.toFixed(3),
      String(target),
      pass ? 'met' : 'missed',
    ]),
  );
  return `${table}\n\n${Object.values(machine).join(', ')}`;
}

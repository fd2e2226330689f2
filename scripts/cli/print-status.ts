import { styleText } from 'node:util';
import type { StatusRow } from '../../pipelines/status.ts';

const COLOURS = { fresh: 'green', stale: 'yellow', incomplete: 'yellow', missing: 'red' } as const;

export function printStatus(rows: readonly StatusRow[], json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(rows)}\n`);
    return;
  }
  const width = Math.max(...rows.map(({ stage }) => stage.length));
  for (const { stage, state, why } of rows) {
    process.stdout.write(`${stage.padEnd(width)}  ${styleText(COLOURS[state], state.padEnd(10))}  ${why}\n`);
  }
}

import { styleText } from 'node:util';
import type { StatusRow } from '../../pipelines/status.ts';
import { safeText } from './safe-text.ts';

const COLOURS = { fresh: 'green', stale: 'yellow', incomplete: 'yellow', missing: 'red' } as const;

export function printStatus(rows: readonly StatusRow[], json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(rows)}\n`);
    return;
  }
  const width = Math.max(...rows.map(({ stage }) => stage.length));
  for (const { stage, state, why } of rows) {
    const name = safeText(stage.padEnd(width));
    process.stdout.write(`${name}  ${styleText(COLOURS[state], state.padEnd(10))}  ${safeText(why)}\n`);
  }
  if (rows.some(({ state }) => state !== 'fresh'))
    process.stdout.write(
      'What is fresh here may be made again behind what is not: when that comes out as something else.\n',
    );
}

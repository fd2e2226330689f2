import { styleText } from 'node:util';
import type { GateRow } from '../../pipelines/gate/check-gate.ts';
import { safeText } from './safe-text.ts';

/** Prints what each gate said. */
export function printGates(rows: readonly GateRow[]): void {
  const width = Math.max(...rows.map(({ member }) => member.length));
  for (const { member, value, limit, pass, why } of rows) {
    const sign = pass ? styleText('green', 'pass') : styleText('red', 'FAIL');
    const figure = value === null ? '–' : String(Number(value.toFixed(4)));
    const reason = why === '' ? '' : `  (${why})`;
    process.stdout.write(`${sign}  ${safeText(`${member.padEnd(width)}  ${figure.padStart(8)}  ${limit}${reason}`)}\n`);
  }
}

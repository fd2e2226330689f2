import { ToolkitError } from '../../core/errors.ts';
import { showValue } from '../../core/yaml-file.ts';

/** What is wrong with a row. Few different words, so that they can be counted: what differs from row to row is `found`. */
export interface RowTrouble {
  what: string;
  column?: string;
  expected?: string;
  found?: unknown;
}

/** An error of a row; whoever knows file and line puts them before its column. */
export function rowTrouble({ what, column, expected, found }: RowTrouble): ToolkitError {
  const where = column === undefined ? undefined : `column \`${column}\``;
  return new ToolkitError({ kind: 'input', what, where, expected, found: showValue(found) });
}

import { pipeline } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { ToolkitError } from '../../core/errors.ts';
import { showValue } from '../../core/yaml-file.ts';
import { rowTrouble } from './row-trouble.ts';
import { LONGEST_ROW, type SourceRow } from './source-row.ts';

/** What the parser tells beside an error. */
type LocatedError = CsvError & { lines: number; records: number; record?: string[]; columns?: unknown[] };

/**
 * The rows of CSV whose first line names the columns.
 * @throws ToolkitError where their names are not distinct
 * @throws CsvError where a row does not end, as it does behind a quote that is not closed
 */
export async function* csvRows(chunks: AsyncIterable<string>): AsyncGenerator<SourceRow> {
  const skipped: SourceRow[] = [];
  const startOf = lineFinder();
  let [number, lastSkipped] = [0, ''];
  const parser = parse<SourceRow, Record<string, string>>({
    columns: distinctNames,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
    skip_records_with_error: true,
    on_record: (value, { lines }) => {
      number += 1;
      return { number, line: startOf(Object.values(value), lines), value };
    },
    on_skip: (thrown) => {
      const error = thrown as LocatedError;
      if (error.code === 'CSV_MAX_RECORD_SIZE') throw error;
      // A row may have several errors.
      const row = `${error.records} ${error.lines}`;
      if (row === lastSkipped) return undefined;
      lastSkipped = row;
      number += 1;
      skipped.push({ number, line: startOf(error.record ?? [], error.lines), trouble: troubleOf(error) });
      return undefined;
    },
  });
  // What breaks it breaks the parser, which is read here.
  pipeline(chunks, parser, () => {});
  for await (const row of parser as AsyncIterable<SourceRow>) {
    // The parser is some rows ahead.
    while (skipped[0] !== undefined && skipped[0].number < row.number) yield skipped.shift()!;
    yield row;
  }
  yield* skipped;
}

/** @throws ToolkitError where a column has no name, or that of another: one of two would be lost unseen */
function distinctNames(names: string[]): string[] {
  const at = names.findIndex((name, index) => name.trim() === '' || names.indexOf(name) < index);
  if (at < 0) return names;
  const isEmpty = names[at]!.trim() === '';
  throw new ToolkitError({
    kind: 'input',
    what: isEmpty ? `column ${at + 1} has no name` : `two columns have the name \`${names[at]}\``,
    expected: 'a name of its own for each column in the first line',
    found: showValue(names),
    todo: 'name the columns in the first line of the file',
  });
}

/** Finds the line of a row's first character by that of its last. The parser counts `\r\n` inside of a cell as two lines. */
function lineFinder(): (cells: readonly string[], lastLine: number) => number {
  let counted = 0;
  return (cells, lastLine) => {
    const line = lastLine - counted - countIn(cells, /[\r\n]/g);
    counted += countIn(cells, /\r\n/g);
    return line;
  };
}

function countIn(cells: readonly string[], pattern: RegExp): number {
  return cells.reduce((sum, cell) => sum + (cell.match(pattern)?.length ?? 0), 0);
}

function troubleOf({ code, message, columns, record }: LocatedError): ToolkitError {
  if (code === 'CSV_RECORD_INCONSISTENT_COLUMNS') {
    const found = `${record?.length} cells`;
    return rowTrouble({ what: 'more or fewer cells than columns', expected: `${columns?.length} cells`, found });
  }
  const expected =
    'a quote inside of a quoted cell written twice (what follows, up to the next quote, is lost with it)';
  return rowTrouble({ what: 'wrong quotes', expected, found: message });
}

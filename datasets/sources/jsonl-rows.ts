import { linesOf } from '../../core/jsonl.ts';
import { parseRow } from './parse-row.ts';
import { LONGEST_ROW, type SourceRow } from './source-row.ts';

/** The rows of JSON lines; empty lines are passed over. */
export async function* jsonlRows(chunks: AsyncIterable<string>): AsyncGenerator<SourceRow> {
  let [line, number] = [0, 0];
  for await (const text of linesOf(chunks, LONGEST_ROW)) {
    line += 1;
    if (text.trim() === '') continue;
    number += 1;
    yield parseRow(text, { number, line });
  }
}

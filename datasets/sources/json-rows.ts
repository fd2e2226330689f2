import { parseRow } from './parse-row.ts';
import { LONGEST_ROW, type SourceRow } from './source-row.ts';

/**
 * The rows of one JSON array.
 * @throws RangeError or SyntaxError where it is no array, or does not end
 */
export async function* jsonRows(chunks: AsyncIterable<string>): AsyncGenerator<SourceRow> {
  let number = 0;
  for await (const { text, endLine } of elementsOf(chunks)) {
    const element = text.trimStart();
    if (element === '') continue;
    number += 1;
    yield parseRow(element, { number, line: endLine - (element.split('\n').length - 1) });
  }
}

const [NEWLINE, QUOTE, COMMA, BACKSLASH] = [0x0a, 0x22, 0x2c, 0x5c];
const [LIST, LIST_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Follows only strings and brackets, to find where an element ends; what it holds, `JSON.parse` says. */
async function* elementsOf(chunks: AsyncIterable<string>): AsyncGenerator<{ text: string; endLine: number }> {
  let [depth, line, text] = [0, 1, ''];
  let [inString, escaped, ended] = [false, false, false];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const code = chunk.charCodeAt(at);
      if (code === NEWLINE) line += 1;
      if (inString) {
        inString = escaped || code !== QUOTE;
        escaped = !escaped && code === BACKSLASH;
        continue;
      }
      inString = code === QUOTE;
      const closes = code === LIST_END || code === OBJECT_END;
      const opens = code === LIST || code === OBJECT;
      if (opens) depth += 1;
      if (closes) depth -= 1;
      const begins = opens && depth === 1;
      const ends = (closes && depth === 0) || (code === COMMA && depth === 1);
      if (!begins && !ends) continue;
      const before = text + chunk.slice(from, at);
      if (begins) refuseOutside(before + chunk[at], ended ? '' : '[');
      else yield { text: before, endLine: line };
      ended = closes;
      [text, from] = ['', at + 1];
    }
    text += chunk.slice(from);
    if (text.length > LONGEST_ROW) throw new RangeError(`a row of more than ${LONGEST_ROW} characters`);
  }
  if (!ended) throw new SyntaxError(depth > 0 ? 'it ends inside the array' : 'it does not begin with [');
  refuseOutside(text, '');
}

function refuseOutside(text: string, expected: string): void {
  const found = text.trim();
  if (found !== expected) throw new SyntaxError(`one array and nothing else is expected, not ${found.slice(0, 60)}`);
}

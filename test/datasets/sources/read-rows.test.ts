import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { csvRows } from '../../../datasets/sources/csv-rows.ts';
import { jsonRows } from '../../../datasets/sources/json-rows.ts';
import { jsonlRows } from '../../../datasets/sources/jsonl-rows.ts';
import { readRows } from '../../../datasets/sources/read-rows.ts';
import type { SourceFormat } from '../../../datasets/sources/source-format.ts';
import { heapInUse } from '../../pipelines/heap-in-use.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rows-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test.each<[SourceFormat, string, Buffer]>([
  ['csv', 'Latin-1', Buffer.from('ask,tool\nQu\u00e9 es,x\n', 'latin1')],
  ['csv', 'UTF-16', Buffer.from('\uFEFFask,tool\n', 'utf16le')],
  ['jsonl', 'UTF-16 the other way', Buffer.from('\uFEFF{"a": 1}\n', 'utf16le').swap16()],
  ['json', 'half a character at the end', Buffer.from('[]é').subarray(0, -1)],
])('%s in another encoding than UTF-8 is refused: %s', async (format, _name, bytes) => {
  const path = join(root, 'other');
  await writeFile(path, bytes);
  await expect(Array.fromAsync(readRows(path, format))).rejects.toMatchObject({
    kind: 'input',
    details: { where: path, todo: expect.stringContaining('save it as UTF-8') },
  });
});

/** `[line, value]` of each row, or `[line, what is wrong, expected]`; numbers count all of them. */
async function read(format: SourceFormat, text: string) {
  const path = join(root, `rows.${format}`);
  await writeFile(path, text);
  const rows = await Array.fromAsync(readRows(path, format));
  expect(rows.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1));
  return rows.map((row) =>
    'value' in row ? [row.line, row.value] : [row.line, row.trouble.details.what, row.trouble.details.expected],
  );
}

describe('CSV', () => {
  test('reads quotes, line breaks in cells, empty lines and a byte order mark, and knows where each row begins', async () => {
    const text = '\uFEFFquery,args\r\n"say ""hi"",\r\nthen go",{}\r\n\r\nplain,"{""a"": 1}"\r\nlast,é';
    expect(await read('csv', text)).toEqual([
      [2, { query: 'say "hi",\r\nthen go', args: '{}' }],
      [5, { query: 'plain', args: '{"a": 1}' }],
      [6, { query: 'last', args: 'é' }],
    ]);
  });

  test.each([
    ['a,b,a\n1,2,3\n', 'two columns have the name `a`'],
    ['a,,b\n1,2,3\n', 'column 2 has no name'],
    ['a,b, \n1,2,3\n', 'column 3 has no name'],
  ])('refuses names that are not distinct: %j', async (text, what) => {
    const where = join(root, 'rows.csv');
    await expect(read('csv', text)).rejects.toMatchObject({ kind: 'input', details: { what, where } });
  });

  test('goes on behind a row that cannot be read', async () => {
    expect(await read('csv', 'a,b\n1,2\n1,2,3\n1\n"x"y,2\n"5",6\n7,8\n')).toEqual([
      [2, { a: '1', b: '2' }],
      [3, 'more or fewer cells than columns', '2 cells'],
      [4, 'more or fewer cells than columns', '2 cells'],
      [5, 'wrong quotes', expect.any(String)],
      [6, 'wrong quotes', expect.any(String)],
      [7, { a: '7', b: '8' }],
    ]);
  });

  test('a quote that is never closed does not fill the memory', async () => {
    const chunks = async function* () {
      yield 'a,b\n1,2\n3,"4';
      for (let at = 0; at < 1000; at++) yield `${'x'.repeat(63_999)}\n`;
    };
    await expect(Array.fromAsync(csvRows(chunks()))).rejects.toThrow(/Max Record Size/);
  });
});

describe('JSON lines', () => {
  test('gives the trouble of a bad line and goes on', async () => {
    expect(await read('jsonl', '\uFEFF{"a": 1}\n\n{"a": \n[1]\n{"a": "\u2028"}')).toEqual([
      [1, { a: 1 }],
      [3, 'not JSON', expect.stringContaining('JSON')],
      [4, 'not an object', expect.any(String)],
      [5, { a: '\u2028' }],
    ]);
  });

  test('refuses what has no lines', async () => {
    const chunks = async function* () {
      for (let at = 0; at < 1000; at++) yield 'x'.repeat(64_000);
    };
    await expect(Array.fromAsync(jsonlRows(chunks()))).rejects.toThrow(/a line of more than/);
  });
});

describe('a JSON array', () => {
  test('reads it on one line or over many', async () => {
    const rows = [{ a: 'x, ]}"\\', b: [1, { c: [] }] }, { a: '[{' }];
    expect(await read('json', JSON.stringify(rows))).toEqual(rows.map((row) => [1, row]));
    expect(await read('json', `\uFEFF\n${JSON.stringify(rows, null, 2)}\n`)).toEqual([
      [3, rows[0]],
      [12, rows[1]],
    ]);
    expect(await read('json', ' [ ] ')).toEqual([]);
  });

  test('goes on behind an element that is no object', async () => {
    expect(await read('json', '[1,\n{"a" 1},\n{"a": 2}]')).toEqual([
      [1, 'not an object', expect.any(String)],
      [2, 'not JSON', expect.any(String)],
      [3, { a: 2 }],
    ]);
  });

  test.each([
    ['', 'it does not begin with \\['],
    ['{"a": 1}\n{"a": 2}\n', 'not {'],
    ['[{"a": 1}', 'it ends inside the array'],
    ['[{"a": 1}] x', 'not x'],
    ['[1][2]', 'not \\['],
    [']', 'it does not begin with \\['],
  ])('refuses %j', async (text, message) => {
    await expect(read('json', text)).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(new RegExp(`rows\\.json: cannot be read on: .*${message}`)),
    });
  });

  test('splits at any character', async () => {
    const text = '[{"a": "\\\\\\"]"},\n {"b": [2]}]';
    const one = async function* () {
      yield* text;
    };
    const rows = await Array.fromAsync(jsonRows(one()));
    expect(rows).toMatchObject([{ value: { a: '\\"]' } }, { value: { b: [2] } }]);
  });
});

test('says where there is no file', async () => {
  await expect(Array.fromAsync(readRows(join(root, 'none.csv'), 'csv'))).rejects.toMatchObject({ kind: 'input' });
});

test.each([
  ['csv', csvRows, 'a,b\n', '"x, ""y""",'.concat('z'.repeat(900), '\n')],
  ['jsonl', jsonlRows, '', `{"a": "${'z'.repeat(900)}"}\n`],
  ['json', jsonRows, '[{}', `,{"a": "${'z'.repeat(900)}"}`],
])('%s: 60 MB pass through without staying', async (format, reader, start, row) => {
  const chunks = async function* () {
    yield start;
    for (let at = 0; at < 600; at++) yield row.repeat(110);
    if (format === 'json') yield ']';
  };
  const before = heapInUse();
  let [rows, after] = [0, 0];
  for await (const _ of reader(chunks())) if (++rows === 65_000) after = heapInUse();
  expect(rows).toBeGreaterThanOrEqual(66_000);
  expect(after - before).toBeLessThan(10e6);
});

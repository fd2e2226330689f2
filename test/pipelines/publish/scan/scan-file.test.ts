import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scanFile } from '../../../../pipelines/publish/scan/scan-file.ts';
import { scanText } from '../../../../pipelines/publish/scan/scan-text.ts';

const kinds = (text: string) => scanText(text, []).map(({ kind }) => kind);

test.each([
  'mail to person-0a1b2c3d@example.com or nobody@somewhere.invalid',
  '/home/user/notes, /Users/me and C:\\Users\\Public\\x',
  '{"$ref": "#/root/member"}, https://host/root/x, a/home/anna',
  `sha256:${'0123456789abcdef'.repeat(4)}`,
  'the password is asked for, token: string',
])('lets pass %s', (text) => {
  expect(kinds(text)).toEqual([]);
});

test.each([
  ['write to anna.smith@acme-corp.com', 'e-mail address'],
  ['{"path": "/home/anna/notes.txt"}', 'home folder'],
  [String.raw`{"path": "C:\\Users\\Anna\\notes.txt"}`, 'home folder'],
  ['/root/work/data', 'home folder'],
  ['postgres://shop:hunter22@db/shop', 'form of a secret'],
])('finds in %s: %s', (text, kind) => {
  expect(kinds(text)).toContain(kind);
});

/** As a sample has it: arguments are JSON in the text of a span, which is JSON again. */
function nested(depth: number, value: unknown): string {
  const text = JSON.stringify(value);
  return depth === 0 ? text : nested(depth - 1, { text });
}

test.each([0, 1, 2])('looks behind the escapes of JSON that lies %i deep in JSON', (depth) => {
  const kindsOf = (value: unknown, known = '?') =>
    scanText(nested(depth, value), [{ kind: 'known', text: known }]).map(({ kind }) => kind);
  expect(kindsOf({ password: 'hunter2x99' })).toEqual(['form of a secret']);
  expect(kindsOf({ text: `keys:\nghp_${'a1'.repeat(18)}` })).toEqual(['form of a secret']);
  expect(kindsOf({ text: 'folders:\n/home/anna/notes' })).toEqual(['home folder']);
  expect(kindsOf({ text: 'folders:\n\t/root/notes' })).toEqual(['home folder']);
  expect(kindsOf({ path: 'C:\\Users\\nancy\\x' })).toEqual(['home folder']);
  expect(kindsOf({ text: 'pass: a "quoted" \\ one' }, 'a "quoted" \\ one')).toEqual(['known']);
  expect(scanText(nested(depth, { text: 'to\nanna@acme-corp.com' }), [])).toEqual([
    { kind: 'e-mail address', text: 'anna@acme-corp.com' },
  ]);
});

async function scan(content: string | Buffer, known: { kind: string; text: string }[] = []) {
  const path = join(await mkdtemp(join(tmpdir(), 'scan-')), 'file');
  await writeFile(path, content);
  return scanFile(path, known);
}

test('tells the line, also in a line of megabytes, wherever its parts are cut', async () => {
  const secret = { kind: 'value', text: 'what nobody may know' };
  expect(await scan(`one\ntwo ${secret.text}\nthree`, [secret])).toMatchObject([{ line: 2, kind: 'value' }]);
  for (const before of [999_990, 1_000_005, 1_048_570, 2_500_000]) {
    const hits = await scan(`one\n${'x'.repeat(before)} ${secret.text} ${'y'.repeat(10)}\n`, [secret]);
    expect(hits!.length).toBeGreaterThan(0);
    expect(new Set(hits!.map(({ line }) => line))).toEqual(new Set([2]));
  }
});

test('what is no text is not read', async () => {
  expect(await scan(Buffer.from([71, 71, 85, 70, 3, 0, 0, 0]))).toBeUndefined();
  expect(await scan('')).toEqual([]);
});

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scanFile } from '../../../../pipelines/publish/scan/scan-file.ts';
import { scanText } from '../../../../pipelines/publish/scan/scan-text.ts';
import { writtenForms } from '../../../../pipelines/publish/scan/written-forms.ts';

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
  expect((await scan(`one\ntwo ${secret.text}\nthree`, [secret])).hits).toMatchObject([{ line: 2, kind: 'value' }]);
  for (const before of [999_990, 1_000_005, 1_048_570, 2_500_000]) {
    const { hits } = await scan(`one\n${'x'.repeat(before)} ${secret.text} ${'y'.repeat(10)}\n`, [secret]);
    expect(hits.length).toBeGreaterThan(0);
    expect(new Set(hits.map(({ line }) => line))).toEqual(new Set([2]));
  }
});

const secretForms = (text: string) => writtenForms(text).map((form) => ({ kind: 'value', text: form }));

test.each(['utf-16le', 'utf-16be'] as const)(
  'reads %s as text, with a mark of the byte order and without',
  async (encoding) => {
    const inBytes = (text: string) => {
      const bytes = Buffer.from(text, 'utf16le');
      return encoding === 'utf-16le' ? bytes : bytes.swap16();
    };
    const text = `${'first line\n'.repeat(9000)}write to anna.smith@acme-corp.com, pass-1234 ü\n`;
    for (const mark of ['\ufeff', '']) {
      const { hits, isText } = await scan(inBytes(mark + text), secretForms('pass-1234'));
      expect(isText).toBe(true);
      expect(new Set(hits.map(({ kind, line }) => `${line} ${kind}`))).toEqual(
        new Set(['9001 value', '9001 e-mail address']),
      );
    }
  },
);

test('finds known values in hex and base64, wherever they lie in what is encoded', async () => {
  const secret = 'tr0ub4dor&3/ü?';
  const known = secretForms(secret);
  for (const before of ['', 'a', 'ab', 'abc'])
    for (const encoding of ['hex', 'base64', 'base64url'] as const)
      for (const from of ['utf8', 'utf16le'] as const) {
        const encoded = Buffer.from(`${before}${secret}${before}`, from).toString(encoding);
        expect((await scan(`{"blob": "${encoded}"}`, known)).hits, `${before} ${encoding} ${from}`).not.toEqual([]);
      }
  const other = Buffer.from('tr0ub4dor&4/ü? and other words').toString('base64');
  expect((await scan(`{"blob": "${other}"}`, known)).hits).toEqual([]);
});

test('looks for known values, and for nothing else, at the head and the end of what is no text', async () => {
  const weights = (size: number, at: number, text: string | Buffer) => {
    const bytes = Buffer.alloc(size, 7);
    bytes.write('GGUF\0\0');
    Buffer.from(text).copy(bytes, at);
    return bytes;
  };
  const known = secretForms('pass-1234');
  const found = async (bytes: Buffer) => (await scan(bytes, known)).hits.map(({ kind, line }) => [kind, line]);
  const large = 20 * 2 ** 20;
  for (const text of ['pass-1234', Buffer.from('pass-1234', 'utf16le'), Buffer.from('xpass-1234').toString('base64')])
    for (const at of [100, 9_000_000, large - 100])
      expect(await found(weights(large, at, text))).toEqual([['value', undefined]]);
  expect(await found(weights(large, 18 * 2 ** 20, 'pass-1234'))).toEqual([]); // neither head nor end
  expect(await found(weights(1000, 500, 'anna.smith@acme-corp.com'))).toEqual([]);
  expect(await scan(Buffer.from([71, 71, 85, 70, 3, 0, 0, 0]))).toEqual({ hits: [], isText: false });
  expect(await scan('')).toEqual({ hits: [], isText: true });
});

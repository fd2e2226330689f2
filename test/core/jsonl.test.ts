import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openJsonl, readJsonl } from '../../core/jsonl.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jsonl-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const schema = z.object({ n: z.number() });

async function read(text: string | Uint8Array) {
  const path = join(root, 'rows.jsonl');
  await writeFile(path, text);
  return Array.fromAsync(readJsonl(path, schema));
}

describe('readJsonl', () => {
  it('reads rows and passes over empty lines', async () => {
    expect(await read('{"n":1}\n\n{"n":2}\r\n')).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('passes over a byte order mark at the start, and refuses a folder', async () => {
    expect(await read('\uFEFF{"n":1}\n')).toEqual([{ n: 1 }]);
    await expect(Array.fromAsync(readJsonl(root, schema))).rejects.toMatchObject({ kind: 'input' });
  });

  it('names file, line, expected and found where a line is not JSON', async () => {
    await expect(read('{"n":1}\n{"n":')).rejects.toMatchObject({
      kind: 'input',
      details: { where: expect.stringMatching(/rows\.jsonl:2$/), expected: 'one JSON object per line', found: '{"n":' },
    });
  });

  it('names the line that is not UTF-8, and keeps letters that end in another piece of the file', async () => {
    const rows = ['{"n":1}', `{"n":2,"text":"${'ü'.repeat(100_001)}"}`, '{"n":3,"text":"Zürich"}'].join('\n');
    expect(await read(rows)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    const latin1 = Buffer.concat([
      Buffer.from('{"n":1}\n{"n":2,"text":"ü"}\n'),
      Buffer.from('{"n":3,"text":"Zürich"}', 'latin1'),
    ]);
    await expect(read(latin1)).rejects.toMatchObject({
      kind: 'input',
      details: { where: expect.stringMatching(/rows\.jsonl:3$/), expected: 'text in UTF-8' },
    });
  });

  it('names the member where a line has the wrong form', async () => {
    await expect(read('{"n":"one"}')).rejects.toMatchObject({
      details: { where: expect.stringMatching(/:1$/), expected: expect.stringContaining('n: '), found: 'n = "one"' },
    });
  });

  it('says so where there is no file', async () => {
    await expect(Array.fromAsync(readJsonl(join(root, 'none'), schema))).rejects.toMatchObject({ kind: 'input' });
  });
});

describe('openJsonl', () => {
  it('writes, counts and appends', async () => {
    const path = join(root, 'out.jsonl');
    const first = openJsonl(path);
    await first.write({ n: 1 });
    await first.close();
    const second = openJsonl(path, { append: true });
    await second.write({ n: 2 });
    expect(second.lines).toBe(1);
    await second.close();
    expect(await readFile(path, 'utf8')).toBe('{"n":1}\n{"n":2}\n');
  });

  it('rejects where nothing can be written', async () => {
    const writer = openJsonl('/dev/full');
    for (let row = 0; row < 3; row++) await writer.write({ text: 'x'.repeat(100_000) }).catch(() => {});
    await expect(writer.close()).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});

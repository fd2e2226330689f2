import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { queryCases } from '../../../pipelines/evaluate/query-cases.ts';
import { CATALOGUE } from './evaluation-workspace.ts';

test.each([
  ['tool', { gold: { name: 'wrte_file' } }, 'did you mean `write_file`?'],
  ['server', { server: 'file', gold: { name: 'write_file' } }, 'did you mean `files`?'],
])('a misspelt %s is told with the one that is meant', async (_name, line, message) => {
  const path = join(await mkdtemp(join(tmpdir(), 'queries-')), 'queries.jsonl');
  await writeFile(path, JSON.stringify({ id: 'a', query: 'q', ...line }));
  await expect(queryCases(path, CATALOGUE)).rejects.toThrow(message);
});

test.each([
  ['the gold', { gold: { name: 'write_file', args: {} } }],
  ['another call to accept', { gold: null, also_ok: [{ name: 'write_file', args: {} }] }],
])('a misspelt key of %s is told with its line', async (_name, line) => {
  const path = join(await mkdtemp(join(tmpdir(), 'queries-')), 'queries.jsonl');
  await writeFile(path, JSON.stringify({ id: 'a', query: 'q', ...line }));
  await expect(queryCases(path, CATALOGUE)).rejects.toThrow(/queries\.jsonl:1: [\s\S]*"args"/);
});

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { runPythonScript } from '../../../trainers/gguf/gguf-process.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gguf-process-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What a script of this text in place of Python tells when it is given a request. */
async function run(script: string, request: unknown): Promise<unknown[]> {
  const python = join(folder, 'python');
  await writeFile(python, `#!/bin/sh\n${script}\n`);
  await chmod(python, 0o755);
  const env = { PATH: process.env.PATH ?? '' };
  return Array.fromAsync(runPythonScript('gguf_convert.py', request, z.unknown(), { python, env }));
}

test('the request comes on stdin, however long it is', async () => {
  const request = { probes: Array.from({ length: 100_000 }, (_, id) => ({ id })) };
  expect(await run('exec cat', request)).toEqual([request]);
});

test('one that was killed is no mistake of the base or the adapter, but of the machine', async () => {
  await expect(run('kill -KILL $$', {})).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringMatching(/gguf_convert\.py was killed[\s\S]*memory[\s\S]*same command again/),
  });
});

test('one that ends without telling why is told with its last lines', async () => {
  await expect(run('echo "no such module" >&2; exit 3', {})).rejects.toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(/gguf_convert\.py ended with exit code 3[\s\S]*no such module/),
  });
});

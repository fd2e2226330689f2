import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { localExecutor } from '../../../trainers/executors/local-executor.ts';
import { testFourGpus } from './four-gpus.ts';

const gpus = ['0', '1', '2', '3'];

describe('on this machine', () => {
  testFourGpus(() => ({ executor: localExecutor(gpus), settings: { name: 'local', local: { gpus } } }));
});

test('a worker sees its own GPU, none where there is to be none, and what the environment says where nothing is said', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'local-'));
  const out = join(folder, 'seen');
  const code =
    'require("node:fs").writeFileSync(process.env.OUT, JSON.stringify(process.env.CUDA_VISIBLE_DEVICES ?? null))';
  const own = { name: 'looks', command: process.execPath, args: ['-e', code], env: { OUT: out }, graceMs: 1000 };
  const seen = async (given?: string[], env: Record<string, string> = {}) => {
    const run = { trainer: { name: 'looks', process: () => own }, queue: folder, env };
    const signal = new AbortController().signal;
    await Promise.all(localExecutor(given).start([1], { ...run, signal, onEvent: () => {} }));
    return JSON.parse(await readFile(out, 'utf8'));
  };
  expect(await seen(['GPU-7'], { CUDA_VISIBLE_DEVICES: '0,1' })).toBe('GPU-7');
  expect(await seen([], { CUDA_VISIBLE_DEVICES: '0,1' })).toBe('');
  expect(await seen(undefined, { CUDA_VISIBLE_DEVICES: '0,1' })).toBe('0,1');
  expect(await seen(undefined)).toBeNull();
  await rm(folder, { recursive: true });
});

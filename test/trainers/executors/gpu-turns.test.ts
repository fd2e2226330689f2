import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../../core/project.ts';
import { gpuTurns } from '../../../trainers/executors/gpu-turns.ts';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'gpus-')), 'locks');
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const signal = new AbortController().signal;

/** Another training, of another workspace, on the first of two GPUs. */
async function otherTraining(): Promise<{ gpu: string; end(): Promise<void> }> {
  const place = join(PROJECT_ROOT, 'trainers', 'executors', 'gpu-turns.ts');
  const code = `import { gpuTurns } from ${JSON.stringify(place)};
    console.log(await gpuTurns(['GPU-a', 'GPU-b'], ${JSON.stringify(folder)}).take(new AbortController().signal));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    gpu: line.toString().trim(),
    async end() {
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}

test('workers of one training get a GPU each, then the one with the fewest', async () => {
  const turns = gpuTurns(['GPU-a', 'GPU-b'], folder);
  const taken = await Promise.all([turns.take(signal), turns.take(signal)]);
  expect(taken.sort()).toEqual(['GPU-a', 'GPU-b']);
  await turns.take(signal);
  await turns.take(signal);
  await turns.giveBack('GPU-b');
  expect(await turns.take(signal)).toBe('GPU-b');
});

test('another training’s GPU is not taken; one more worker waits for it, and gets it when that was killed', async () => {
  const other = await otherTraining();
  expect(other.gpu).toBe('GPU-a');
  const turns = gpuTurns(['GPU-a', 'GPU-b'], folder);
  expect(await turns.take(signal)).toBe('GPU-b');
  const waits: string[] = [];
  const second = turns.take(signal, (text) => waits.push(text));
  await expect.poll(() => waits).toEqual([expect.stringContaining('waits for a GPU')]);
  await other.end();
  expect(await second).toBe('GPU-a');
});

test('who waits can be stopped', async () => {
  const other = await otherTraining();
  const stop = new AbortController();
  const waiting = gpuTurns(['GPU-a'], folder).take(stop.signal, () => stop.abort());
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  await other.end();
});

test('where nothing can be locked, a training goes on', async () => {
  await writeFile(folder, 'a file');
  expect(await gpuTurns(['GPU-a'], folder).take(signal)).toBe('GPU-a');
});

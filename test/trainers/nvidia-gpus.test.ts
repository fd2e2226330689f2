import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { chooseGpus } from '../../trainers/executors/choose-gpus.ts';
import { trainingDevice } from '../../trainers/memory/training-device.ts';
import { nvidiaGpus } from '../../trainers/nvidia-gpus.ts';

let folder: string;
const signal = new AbortController().signal;

/** What nvidia-smi prints on a machine of four GPUs: one in use, one of which nothing is known. */
const PRINTED = `0, GPU-aaaa, 81559, 81000
1, GPU-bbbb, 81559, 12000
2, GPU-cccc, 24576, 24000
3, GPU-dddd, [N/A], [N/A]
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gpus-'));
  const script = `#!/bin/sh\ncase "$1" in *compute_cap) echo 9.0; exit;; esac\ncat <<'END'\n${PRINTED}END\n`;
  await writeFile(join(folder, 'nvidia-smi'), script, { mode: 0o755 });
});

const found = (env: Record<string, string> = {}) =>
  nvidiaGpus({ PATH: `${folder}${delimiter}${process.env.PATH}`, ...env }, signal);

test('finds GPUs and their memory', async () => {
  expect(await found()).toEqual([
    { index: '0', uuid: 'GPU-aaaa', totalMiB: 81559, freeMiB: 81000 },
    { index: '1', uuid: 'GPU-bbbb', totalMiB: 81559, freeMiB: 12000 },
    { index: '2', uuid: 'GPU-cccc', totalMiB: 24576, freeMiB: 24000 },
    { index: '3', uuid: 'GPU-dddd', totalMiB: 0, freeMiB: 0 },
  ]);
  expect(await nvidiaGpus({ PATH: join(folder, 'nowhere') }, signal)).toEqual([]);
});

test('those that CUDA_VISIBLE_DEVICES leaves out are not there', async () => {
  const names = async (visible: string) => (await found({ CUDA_VISIBLE_DEVICES: visible })).map(({ uuid }) => uuid);
  expect(await names('2,0')).toEqual(['GPU-cccc', 'GPU-aaaa']);
  expect(await names('GPU-bb')).toEqual(['GPU-bbbb']);
  expect(await names('MIG-1234')).toEqual(['MIG-1234']);
  expect(await names('')).toEqual([]);
  expect(await names('-1')).toEqual([]);
});

test('workers go where memory is free, the emptiest first; where none is, to the emptiest', async () => {
  const gpus = await found();
  const chosen = (some: typeof gpus) => chooseGpus(some, 0.8).map(({ uuid }) => uuid);
  expect(chosen(gpus)).toEqual(['GPU-aaaa', 'GPU-cccc', 'GPU-dddd']);
  expect(chosen(gpus.slice(1, 2))).toEqual(['GPU-bbbb']);
  expect(chosen([])).toEqual([]);
});

test('a job has to fit the smallest of the GPUs that get workers; of a part of one nothing is known', async () => {
  const env = { PATH: `${folder}${delimiter}${process.env.PATH}` };
  const deviceOf = async (visible: string) =>
    trainingDevice(await found({ CUDA_VISIBLE_DEVICES: visible }), { env, signal });
  const MIB = 2 ** 20;
  expect(await deviceOf('0,2')).toEqual({ device: 'gpu', bf16: true, total: 24576 * MIB, free: 24000 * MIB });
  expect(await deviceOf('0,1')).toMatchObject({ total: 81559 * MIB, free: 12000 * MIB });
  expect(await deviceOf('0,MIG-1234')).toMatchObject({ device: 'gpu', total: Number.POSITIVE_INFINITY });
  expect(await deviceOf('3')).toMatchObject({ device: 'gpu', total: expect.any(Number) });
  expect(await deviceOf('')).toMatchObject({ device: 'cpu' });
});

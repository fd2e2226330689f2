import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTrainingCurves } from '../../../pipelines/report/training-curve.ts';

test('reads the losses of the adapters that are asked for, whatever else their logs hold', async () => {
  const adapters = await mkdtemp(join(tmpdir(), 'adapters-'));
  const logs: Record<string, (object | string)[]> = {
    'arguments-a': [
      { event: 'start' },
      { event: 'step', step: 1, loss: 2 },
      'no JSON',
      { event: 'step', step: 2, loss: 'x' },
      '{"event":',
    ],
    // Resumed after step 1: steps 2 and 3 were done again.
    selector: [
      { event: 'start', resumed: 0 },
      { event: 'step', step: 1, loss: 3 },
      { event: 'step', step: 2, loss: 9, seconds: 100 },
      { event: 'start', resumed: 1 },
      {
        ...{ event: 'step', step: 2, loss: 2, lr: 0.1, grad_norm: 7 },
        ...{ seconds: 3, trained_tokens: 30, memory_bytes: 5e9 },
      },
      { event: 'warning', step: 2, message: 'the micro-batch is halved' },
      { event: 'eval', step: 2, loss: 2.5, accuracy: 0.8, exact: 0.6 },
      { event: 'done', step: 2, kept: 2 },
    ],
    empty: [],
    'selector.partial': [{ event: 'step', step: 1, loss: 3 }],
  };
  for (const [job, lines] of Object.entries(logs)) {
    await mkdir(join(adapters, job));
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    await writeFile(join(adapters, job, 'training.jsonl'), text);
  }
  const nothing = { accuracy: [], exact: [], rate: [], gradNorm: [], warnings: [], resumed: [] };
  const figures = { kept: undefined, seconds: 0, trainedTokens: 0, memoryBytes: 0 };
  expect(await readTrainingCurves(adapters, ['arguments-a', 'selector', 'empty'])).toEqual([
    {
      ...nothing,
      job: 'selector',
      training: [
        [1, 3],
        [2, 2],
      ],
      validation: [[2, 2.5]],
      accuracy: [[2, 0.8]],
      exact: [[2, 0.6]],
      rate: [[2, 0.1]],
      gradNorm: [[2, 7]],
      resumed: [1],
      warnings: [{ step: 2, message: 'the micro-batch is halved' }],
      kept: 2,
      seconds: 3,
      trainedTokens: 30,
      memoryBytes: 5e9,
    },
    { ...nothing, ...figures, job: 'arguments-a', training: [[1, 2]], validation: [] },
  ]);
});

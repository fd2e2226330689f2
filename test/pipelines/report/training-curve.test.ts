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
      { event: 'step', step: 1, loss: 3 },
      { event: 'step', step: 2, loss: 9 },
      { event: 'step', step: 2, loss: 2 },
      { event: 'eval', step: 2, loss: 2.5 },
    ],
    empty: [],
    'selector.partial': [{ event: 'step', step: 1, loss: 3 }],
  };
  for (const [job, lines] of Object.entries(logs)) {
    await mkdir(join(adapters, job));
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    await writeFile(join(adapters, job, 'training.jsonl'), text);
  }
  expect(await readTrainingCurves(adapters, ['arguments-a', 'selector', 'empty'])).toEqual([
    {
      job: 'selector',
      training: [
        [1, 3],
        [2, 2],
      ],
      validation: [[2, 2.5]],
    },
    { job: 'arguments-a', training: [[1, 2]], validation: [] },
  ]);
});

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Message, Trace } from '../../../../core/trace.ts';
import { deriveRequirements } from '../../../../pipelines/suite/toolfit/derive-requirements.ts';
import { heldOutTasks } from '../../../../pipelines/suite/toolfit/held-out-tasks.ts';
import { SERVED_CATALOGUE } from '../../../fixtures/serve-workspace.ts';

test.each([
  ['[FILE] a.md\n[DIR] old notes\n\n---', [{ listed: 'a.md' }, { listed: 'old notes' }]],
  ['size: 812\nsize: 812\n 5', [{ content: 'size: 812' }]],
  ['one line\nand half of ano…', [{ content: 'one line' }]],
  ['cut in the only li…', []],
  [
    '{"name": "Ann", "age": 3, "tags": ["x"], "of": {"id": 7}, "none": null}',
    [{ item: 'Ann', field: 'age', value: 3 }, { item: 'Ann', field: 'tags', value: 'x' }, { listed: '7' }],
  ],
  ['', []],
])('of %j: %j', (result, requirements) => {
  expect(deriveRequirements(result)).toEqual(requirements);
});

function trace(id: string, kind: Trace['provenance']['kind'], messages: Message[]): Trace {
  const about = { writer: 'test', difficulty: 'easy', family: id, executed: true, seed: 1, catalogue: 'c' } as const;
  return { id, messages, tools: ['files.move', 'files.ping'], provenance: { ...about, kind } };
}
const user: Message = { role: 'user', content: 'go' };
const call: Message = { role: 'assistant', call: { tool: 'files.ping', arguments: {} } };
const result = (content: string, isError = false): Message => ({ role: 'tool', content, isError });

test('only traces whose calls all showed something become tasks, and the others are counted', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'held-out-')), 'traces.jsonl');
  const traces = [
    trace('good', 'parallel', [
      user,
      call,
      result('first line'),
      call,
      result('second line'),
      call,
      result('first line'),
    ]),
    trace('respond', 'respond', [user, { role: 'assistant', content: 'Hello.' }]),
    trace('fails', 'single', [user, call, result('no', true)]),
    trace('asked', 'clarify', [user, { role: 'assistant', content: 'What?' }, user, call, result('words')]),
    trace('planned', 'single', [user, call]),
    trace('empty', 'single', [user, call, result('')]),
  ];
  await writeFile(path, traces.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const { tasks, notRun } = await heldOutTasks(path, SERVED_CATALOGUE);
  expect(tasks).toEqual([
    {
      id: 'good',
      query: 'go',
      servers: ['files'],
      tools: ['files.move', 'files.ping'],
      requirements: [{ content: 'first line' }, { content: 'second line' }],
    },
  ]);
  expect(notRun.map(({ tasks: [id] }) => id)).toEqual(['respond', 'fails', 'asked', 'planned', 'empty']);
});

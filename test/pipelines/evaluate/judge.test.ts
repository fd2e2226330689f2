import { expect, test } from 'vitest';
import { SchemaValidators } from '../../../core/schema-validators.ts';
import type { EvaluationCase } from '../../../pipelines/evaluate/evaluation-case.ts';
import { judge, toolsOf } from '../../../pipelines/evaluate/judge.ts';
import { PredictionRecordSchema } from '../../../pipelines/evaluate/prediction-record.ts';
import { CATALOGUE, TOOLS } from './evaluation-workspace.ts';

const one: EvaluationCase = {
  id: 'chain#1',
  trace: 'chain',
  group: 'files',
  before: [
    { role: 'user', content: 'List the drafts, then copy the text of the newest.' },
    { role: 'assistant', call: { tool: 'files.list_directory', arguments: { path: 'inbox' } } },
    { role: 'tool', content: 'poem.txt' },
  ],
  tools: TOOLS.map(({ id }) => id),
  gold: { tool: 'files.write_file', arguments: { path: 'copy.txt', content: 'Once' } },
  alsoOk: [],
};
const judged = (args: unknown, malformed?: string) => {
  const call = { promptName: 'write_file', arguments: args };
  const prediction = { call, text: '', malformed, latencyMs: 1, prefilled: 1, generated: 1 };
  return PredictionRecordSchema.parse(judge('base', one, prediction, toolsOf(CATALOGUE), new SchemaValidators()));
};

test.each([
  ['words of the user', 'newest', 'wrong-value'],
  ['a result', 'poem.txt', 'wrong-value'],
  ['a value of an earlier call', 'inbox', 'wrong-value'],
  ['nothing', 'secret.txt', 'made-up'],
])('a wrong value that comes from %s is told apart', (_name, content, kind) => {
  expect(judged({ path: 'copy.txt', content })).toMatchObject({
    outcome: 'wrong_value',
    errors: [{ parameter: 'content', kind }],
  });
});

test('the record has every wrong argument, the outcome the first', () => {
  const { errors, outcome } = judged({ content: 5, mode: 'x' });
  expect(outcome).toBe('missing_argument');
  expect(errors).toEqual([
    { parameter: 'path', kind: 'missing' },
    { parameter: 'mode', kind: 'extra' },
    { parameter: 'content', kind: 'wrong-type' },
  ]);
});

test('what cannot be read has no arguments that could be wrong', () => {
  expect(judged(null, 'cut off')).toMatchObject({ outcome: 'malformed', selection: false, errors: [] });
});

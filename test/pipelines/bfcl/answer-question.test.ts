import { beforeAll, expect, test } from 'vitest';
import { EMBEDDED_BASE } from '../../../core/project.ts';
import { loadRenderer } from '../../../core/prompt/load-renderer.ts';
import type { Renderer } from '../../../core/prompt/renderer.ts';
import { SchemaValidators } from '../../../core/schema-validators.ts';
import type { Message } from '../../../core/trace.ts';
import { answerQuestion } from '../../../pipelines/bfcl/answer-question.ts';
import type { Category } from '../../../pipelines/bfcl/categories.ts';
import { judgeAnswer } from '../../../pipelines/bfcl/judge-answer.ts';
import { questionTools } from '../../../pipelines/bfcl/question-tools.ts';
import type { GoldAnswer } from '../../../pipelines/scoring/gold-answer.ts';
import { ferry, forecast } from './bfcl-folder.ts';

let renderer: Renderer;
beforeAll(async () => {
  renderer = await loadRenderer(EMBEDDED_BASE, { descriptions: 'full' });
});

const tools = questionTools([forecast, ferry]);
const oslo = { promptName: 'sky_forecast', arguments: { town: 'Oslo' } };
const bergen = { promptName: 'sky_forecast', arguments: { town: 'Bergen' } };
const gold: GoldAnswer = ['Oslo', 'Bergen'].map((town) => ({
  name: 'sky.forecast',
  possible: { town: [town], days: [''], height: [''] },
}));
const tag = ({ promptName, ...call }: typeof oslo) =>
  `<tool_call>\n${JSON.stringify({ name: promptName, ...call })}\n</tool_call>`;

/** Answers with the given texts, in turn, as a base that writes freely does; then with words. */
async function answer(category: Category, texts: string[], { room = true, wanted = gold } = {}) {
  const seen: Message[][] = [];
  const predict = async (messages: readonly Message[]) => {
    seen.push([...messages]);
    const text = texts[seen.length - 1] ?? 'That is all.';
    const parsed = renderer.parse(text);
    const call = 'call' in parsed ? parsed.call : null;
    const malformed = 'malformed' in parsed ? parsed.malformed : undefined;
    return { call, text, malformed, latencyMs: 10, prefilled: 5, generated: 2 };
  };
  const one = { id: 'q', category, messages: [{ role: 'user' as const, content: 'q' }], tools, gold: wanted };
  const answered = await answerQuestion(predict, renderer, one, { maxTokens: 9, fits: () => room });
  return { seen, answered, record: judgeAnswer('base', one, answered, new SchemaValidators()) };
}

test('several calls in one turn are the answer, and it is not asked again', async () => {
  const { seen, record } = await answer('parallel', [`${tag(bergen)}\n${tag(oslo)}<|im_end|>`]);
  expect(seen).toHaveLength(1);
  expect(record).toMatchObject({ right: true, selection: true, steps: 1, schema_valid: true });
  expect(record.predicted.map(({ name }) => name)).toEqual(['sky.forecast', 'sky.forecast']);
});

test('one call a turn: it is asked again behind it, until it says that it is done', async () => {
  const { seen, record } = await answer('parallel', [tag(oslo), tag(bergen)]);
  expect(seen[2]!.slice(1)).toMatchObject([
    { role: 'assistant', call: { tool: 'bfcl.sky.forecast', arguments: { town: 'Oslo' } } },
    { role: 'tool', content: 'Done.' },
    { role: 'assistant', call: { tool: 'bfcl.sky.forecast', arguments: { town: 'Bergen' } } },
    { role: 'tool' },
  ]);
  expect(record).toMatchObject({ right: true, steps: 3, latency_ms: 30, prefilled: 15, generated: 6 });
});

test('how many calls there are is its own decision', async () => {
  expect((await answer('parallel', [tag(oslo)])).record).toMatchObject({
    right: false,
    why: expect.stringMatching(/^1 call /),
  });
  const third = { ...oslo, arguments: { town: 'Rome' } };
  const { record } = await answer('parallel', [tag(oslo), tag(bergen), tag(third)]);
  expect(record).toMatchObject({ right: false, why: expect.stringMatching(/^3 calls/) });
});

test.each([
  ['the same call again, which does not count', [tag(oslo), tag(oslo)], 1],
  ['a function that is not on offer', [tag({ ...oslo, promptName: 'gone' })], 1],
  ['arguments that are no object', [tag({ ...oslo, arguments: [] as never })], 1],
  ['16 calls', Array.from({ length: 30 }, (_, n) => tag({ ...oslo, arguments: { town: `${n}` } })), 16],
])('ends at %s', async (_name, texts, calls) => {
  expect((await answer('parallel', texts)).answered.calls).toHaveLength(calls);
});

test('ends where the conversation is full', async () => {
  expect((await answer('parallel', [tag(oslo), tag(bergen)], { room: false })).answered.steps).toBe(1);
});

test('where one call is wanted, the first turn is the answer', async () => {
  const wanted = gold.slice(0, 1);
  expect((await answer('simple', [tag(oslo), tag(bergen)], { wanted })).record).toMatchObject({
    right: true,
    steps: 1,
  });
  const two = await answer('multiple', [tag(oslo) + tag(bergen)], { wanted });
  expect(two.record).toMatchObject({ right: false, why: expect.stringContaining('expected 1') });
});

test('a call that cannot be read spoils the turn', async () => {
  const { record } = await answer('parallel', [`${tag(oslo)}<tool_call>\n{"name": `]);
  expect(record).toMatchObject({ right: false, selection: false, malformed: 'the call is not valid JSON' });
});

test.each([
  ['irrelevance', 'Words alone.', true],
  ['irrelevance', tag(oslo), false],
  ['live_irrelevance', '<tool_call>\n{"name": "sky_for', true],
  ['live_relevance', tag({ ...oslo, promptName: 'gone' }), true],
  ['live_relevance', 'Words alone.', false],
  ['live_relevance', '<tool_call>\n{"name": "sky_for', false],
] as const)('%s, %j: %s, and there is no gold to compare with', async (category, text, right) => {
  const { record } = await answer(category, [text], { wanted: [] });
  expect(record).toMatchObject({ right, selection: null, args_ast: null, errors: [] });
});

test('wrong arguments are told one by one', async () => {
  const wanted = [{ name: 'sky.forecast', possible: { town: ['Oslo'], days: [3], height: [''] } }];
  const { record } = await answer('simple', [tag({ ...oslo, arguments: { town: 'Atlantis' } })], { wanted });
  expect(record.errors).toEqual([
    { parameter: 'days', kind: 'missing' },
    { parameter: 'town', kind: 'made-up' },
  ]);
});

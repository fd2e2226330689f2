import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SchemaValidators } from '../../../core/schema-validators.ts';
import { ToolSchema } from '../../../core/tool.ts';
import { CATEGORIES, type Category } from '../../../pipelines/bfcl/categories.ts';
import { dataFiles } from '../../../pipelines/bfcl/data-files.ts';
import { readQuestions } from '../../../pipelines/bfcl/read-questions.ts';
import { ANSWERS, bfclFolder, ferry, forecast, QUESTIONS } from './bfcl-folder.ts';

async function read(folder: string, category: Category) {
  const [files] = await dataFiles(folder, [category]);
  return readQuestions(files!, new SchemaValidators());
}

test('reads every category of v4', async () => {
  const files = await dataFiles(await bfclFolder());
  expect(files.map(({ category }) => category)).toEqual(CATEGORIES);
  const counts = [];
  for (const one of files) {
    const { cases, refused } = await readQuestions(one, new SchemaValidators());
    counts.push([cases.length, refused.length]);
    for (const tool of cases.flatMap(({ tools }) => tools)) expect(ToolSchema.parse(tool)).toEqual(tool);
  }
  expect(counts).toEqual(CATEGORIES.map((name) => [['live_multiple', 'live_irrelevance'].includes(name) ? 2 : 1, 0]));
});

test('reads v3, and of several versions the newest', async () => {
  const { simple_python: questions } = QUESTIONS;
  const { simple_python: answers } = ANSWERS;
  const folder = await bfclFolder({ questions: { simple: questions! }, answers: { simple: answers! }, version: 3 });
  expect((await read(folder, 'simple')).cases).toHaveLength(1);
  await writeFile(join(folder, 'BFCL_v4_simple.json'), '');
  await writeFile(join(folder, 'possible_answer', 'BFCL_v4_simple.json'), '');
  expect((await read(folder, 'simple')).cases).toHaveLength(0);
});

test('a question becomes messages, tools with safe names and schemas, and a gold by the own names', async () => {
  const { cases } = await read(await bfclFolder(), 'live_simple');
  expect(cases[0]).toMatchObject({
    id: 'live_simple_0',
    category: 'live_simple',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'oslo weather pls' },
    ],
    tools: [{ name: 'sky.forecast', promptName: 'sky_forecast', inputSchema: { type: 'object' } }],
    gold: [{ name: 'sky.forecast', possible: { town: ['Oslo'], days: [3, ''] } }],
  });
});

test('names that would be one without their dots stay two', async () => {
  const twin = { ...forecast, name: 'sky_forecast' };
  const questions = { irrelevance: [{ ...QUESTIONS.irrelevance![0], function: [forecast, twin] }] };
  const [one] = (await read(await bfclFolder({ questions }), 'irrelevance')).cases;
  expect(new Set(one!.tools.map(({ promptName }) => promptName)).size).toBe(2);
});

const [question] = QUESTIONS.multiple!;
const [answer] = ANSWERS.multiple!;
const bad = { ...forecast, parameters: { type: 'dict', properties: { town: { type: 'nonsense' } } } };

test.each([
  ['several turns', { question: [...(question!.question as []), ...(question!.question as [])] }, {}, '2 turns'],
  ['a message of a tool', { question: [[{ role: 'tool', content: 'x' }]] }, {}, 'cannot be shown: tool'],
  ['a message without words', { question: [[{ role: 'user', content: '' }]] }, {}, 'cannot be shown: user, 0'],
  ['no message of the user', { question: [[{ role: 'system', content: 'x' }]] }, {}, 'no message of the user'],
  ['functions of one name', { function: [forecast, forecast] }, {}, 'one name'],
  ['a schema that is none', { function: [ferry, bad] }, {}, 'sky.forecast: the input schema cannot be compiled'],
  ['an answer without a call', {}, { ground_truth: [] }, 'no call'],
  ['an answer to another question', {}, { id: 'other' }, 'no possible answer'],
  ['an answer that calls what is not on offer', { function: [ferry] }, {}, 'calls sky.forecast'],
  ['an answer without a possible value', {}, { ground_truth: [{ 'sky.forecast': { town: [] } }] }, 'value for town'],
])('leaves out a question with %s, and tells why', async (_name, change, other, why) => {
  const folder = await bfclFolder({
    questions: {
      multiple: [
        { ...question, ...change },
        { ...question, id: 'good' },
      ],
    },
    answers: {
      multiple: [
        { ...answer, ...other },
        { ...answer, id: 'good' },
      ],
    },
  });
  const { cases, refused } = await read(folder, 'multiple');
  expect(cases.map(({ id }) => id)).toEqual(['good']);
  expect(refused).toEqual([{ id: 'multiple_0', why: expect.stringContaining(why) }]);
});

test('an id for the second time is left out', async () => {
  const folder = await bfclFolder({
    questions: { irrelevance: [...QUESTIONS.irrelevance!, ...QUESTIONS.irrelevance!] },
  });
  const { cases, refused } = await read(folder, 'irrelevance');
  expect([cases.length, refused.length]).toEqual([1, 1]);
});

test('a question whose answer is there twice is left out: either might be meant', async () => {
  const folder = await bfclFolder({
    questions: { multiple: QUESTIONS.multiple! },
    answers: {
      multiple: [...ANSWERS.multiple!, { id: 'multiple_0', ground_truth: [{ book_ferry: { seats: [[1]] } }] }],
    },
  });
  const { cases, refused } = await read(folder, 'multiple');
  expect([cases, refused]).toEqual([[], [{ id: 'multiple_0', why: 'its possible answer is there twice' }]]);
});

test.each([
  ['questions', '', QUESTIONS.multiple![0]!],
  ['answers', 'possible_answer', ANSWERS.multiple![0]!],
])('%s that are nested too deep to be walked are an error with file and line', async (_name, place, row) => {
  const folder = await bfclFolder({
    questions: { multiple: QUESTIONS.multiple! },
    answers: { multiple: ANSWERS.multiple! },
  });
  const deep = `${'{"not":'.repeat(20_000)}{}${'}'.repeat(20_000)}`;
  const line = JSON.stringify({ ...row, id: 'x' }).replace(/(?<="days":)[[{]/, (open) => `${deep},"z":${open}`);
  const file = join(folder, place, 'BFCL_v4_multiple.json');
  await writeFile(file, `\n${line}`);
  await expect(read(folder, 'multiple')).rejects.toThrow(`${file}:2: a line of the wrong form`);
});

test('a line of another form is an error with file and line', async () => {
  const folder = await bfclFolder({ questions: { irrelevance: [...QUESTIONS.irrelevance!, { id: 'x' }] } });
  await expect(read(folder, 'irrelevance')).rejects.toThrow('BFCL_v4_irrelevance.json:2');
});

test('says what a folder lacks', async () => {
  const folder = await bfclFolder({ questions: { multiple: QUESTIONS.multiple! }, answers: {} });
  await expect(dataFiles(folder)).rejects.toThrow('there are no possible answers of multiple');
  await expect(dataFiles(folder, ['irrelevance'])).rejects.toThrow('there are no questions of irrelevance');
  await expect(dataFiles(join(folder, 'possible_answer'))).rejects.toThrow('there are no questions of BFCL');
  await rm(folder, { recursive: true });
  await expect(dataFiles(folder)).rejects.toThrow('no questions of BFCL: ENOENT');
});

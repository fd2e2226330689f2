import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const forecast = {
  name: 'sky.forecast',
  description: 'Tells the weather of a town.',
  parameters: {
    type: 'dict',
    properties: {
      town: { type: 'string', description: 'The town.' },
      days: { type: 'integer', description: 'How many days.' },
      height: { type: 'float', description: 'In metres.' },
    },
    required: ['town'],
  },
};
export const ferry = {
  name: 'book_ferry',
  description: 'Books a ferry.',
  parameters: {
    type: 'dict',
    properties: { seats: { type: 'tuple', items: { type: 'integer' } }, note: { type: 'any' } },
    required: ['seats'],
  },
};

type Row = Record<string, unknown>;
const asked = (id: string, content: string, functions: unknown[], more: Row[] = []) => ({
  id,
  question: [[...more, { role: 'user', content }]],
  function: functions,
});
const answered = (id: string, ...ground_truth: Row[]) => ({ id, ground_truth });
const inOslo = { 'sky.forecast': { town: ['Oslo'], days: [3, ''], height: [''] } };
const inBergen = { 'sky.forecast': { town: ['Bergen'], days: [''], height: [2.5, ''] } };
const byFerry = { book_ferry: { seats: [[4, 5]], note: [''] } };

/** A question or two of each category, by its file's name, in the layout of BFCL. */
export const QUESTIONS: Record<string, Row[]> = {
  simple_python: [asked('simple_0', 'Weather in Oslo for three days?', [forecast])],
  multiple: [asked('multiple_0', 'Weather in Bergen at 2.5 metres?', [ferry, forecast])],
  parallel: [asked('parallel_0', 'Weather in Oslo, and in Bergen?', [forecast])],
  parallel_multiple: [
    asked('parallel_multiple_0', 'A ferry, seats 4 and 5. And the weather in Oslo?', [forecast, ferry]),
  ],
  irrelevance: [asked('irrelevance_0', 'Sing a song.', [ferry])],
  live_simple: [asked('live_simple_0', 'oslo weather pls', [forecast], [{ role: 'system', content: 'Be brief.' }])],
  live_multiple: [
    asked('live_multiple_0', 'seats 4 5 on the boat', [forecast, ferry]),
    asked('live_multiple_1', 'oslo', [forecast, ferry]),
  ],
  live_parallel: [asked('live_parallel_0', 'oslo + bergen', [forecast])],
  live_parallel_multiple: [asked('live_parallel_multiple_0', 'boat 4 5, oslo', [forecast, ferry])],
  live_irrelevance: [
    asked('live_irrelevance_0', 'hi', []),
    asked('live_irrelevance_1', 'And you?', [ferry], [{ role: 'assistant', content: 'I am fine.' }]),
  ],
  live_relevance: [asked('live_relevance_0', 'rain?', [forecast])],
};

export const ANSWERS: Record<string, Row[]> = {
  simple_python: [answered('simple_0', inOslo)],
  multiple: [answered('multiple_0', inBergen)],
  parallel: [answered('parallel_0', inOslo, inBergen)],
  parallel_multiple: [answered('parallel_multiple_0', byFerry, inOslo)],
  live_simple: [answered('live_simple_0', inOslo)],
  live_multiple: [answered('live_multiple_0', byFerry), answered('live_multiple_1', inOslo)],
  live_parallel: [answered('live_parallel_0', inOslo, inBergen)],
  live_parallel_multiple: [answered('live_parallel_multiple_0', byFerry, inOslo)],
};

export interface FolderOptions {
  questions?: Record<string, Row[]>;
  answers?: Record<string, Row[]>;
  version?: number;
}

/** Writes the files of a BFCL folder. @returns its path */
export async function bfclFolder({ questions = QUESTIONS, answers = ANSWERS, version = 4 }: FolderOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'bfcl-'));
  await mkdir(join(folder, 'possible_answer'));
  const write = async (place: string, files: Record<string, Row[]>) => {
    for (const [name, rows] of Object.entries(files))
      await writeFile(
        join(folder, place, `BFCL_v${version}_${name}.json`),
        rows.map((row) => JSON.stringify(row)).join('\n'),
      );
  };
  await write('.', questions);
  await write('possible_answer', answers);
  return folder;
}

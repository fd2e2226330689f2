import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ToolSchema } from '../../../core/tool.ts';
import { bfclConversations } from '../../../pipelines/bench-runtime/bfcl-conversations.ts';
import { bfclQuestions } from '../../../pipelines/bench-runtime/bfcl-questions.ts';
import { writeBfclFolder } from './bfcl-folder.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bfcl-'));
  await writeBfclFolder(folder);
});
afterAll(() => rm(folder, { recursive: true }));

it('reads questions, who asked them, and each tool once', async () => {
  const { tools, cases } = await bfclQuestions(folder);
  expect(cases).toEqual([
    { query: 'will it be sunny', wanted: ['api.weather'], byUser: true },
    { query: 'rain in Oslo? and a taxi home', wanted: ['api.weather', 'Rides_2_Book'], byUser: false },
  ]);
  expect(tools.map(({ id, group }) => [id, group]).sort()).toEqual([
    ['Rides_2_Book', 'Rides_2'],
    ['alone', 'alone'],
    ['api.weather', 'api'],
  ]);
  for (const tool of tools) expect(ToolSchema.parse(tool)).toEqual(tool);
});

it('reads the turns of conversations, with what was called before', async () => {
  const { tools, cases } = await bfclConversations(folder);
  expect(tools).toHaveLength(8);
  const wanted = ['MathAPI.math_api_start', 'TicketAPI.ticket_api_start'];
  const first = { role: 'user', content: 'start both' };
  expect(cases).toEqual([
    { query: [first], wanted, byUser: false },
    {
      query: [
        first,
        ...wanted.map((tool) => ({ role: 'assistant', call: { tool, arguments: {} } })),
        { role: 'user', content: 'thanks' },
        { role: 'user', content: 'again' },
      ],
      wanted: wanted.slice(0, 1),
      byUser: false,
    },
  ]);
});

import type OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVED_TOOLS } from '../../fixtures/serve-workspace.ts';
import { type About, clientTools, type OpenServer, openServer } from './open-server.ts';

let all: OpenServer;
let narrow: OpenServer;
beforeAll(async () => {
  all = await openServer();
  narrow = await openServer({ hierarchy: { use: 'on', limit: 1 } });
});
afterAll(async () => {
  await all?.server.close();
  await narrow?.server.close();
});

const ask = async (
  { client }: OpenServer,
  content: string,
  more: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {},
) => {
  const tools = clientTools(SERVED_TOOLS);
  const request = { model: 'dualtune', messages: [{ role: 'user' as const, content }], tools, max_tokens: 60, ...more };
  return (await client.chat.completions.create(request)) as OpenAI.ChatCompletion & About;
};
const said = ({ choices: [choice] }: OpenAI.ChatCompletion) => {
  const { content, tool_calls: calls = [] } = choice!.message;
  return { content, calls: calls.map((call) => call.type === 'function' && call.function) };
};
const names = ({ dualtune }: About) => dualtune.ranked!.map(({ name }) => name).sort();

test('prompts list the tools that the conversation may want, whatever is on offer', async () => {
  const whole = await ask(all, 'set the mode to fast');
  expect(names(whole)).toHaveLength(SERVED_TOOLS.length + 1);
  const fewer = await ask(narrow, 'set the mode to fast');
  expect(names(fewer)).toEqual([null, 'set_mode'].sort());
  expect(fewer.usage!.prompt_tokens).toBeLessThan(whole.usage!.prompt_tokens);
  // As if the client had offered no more.
  const alone = await ask(all, 'set the mode to fast', { tools: clientTools(SERVED_TOOLS.slice(0, 1)) });
  expect(said(fewer)).toEqual(said(alone));
  expect(fewer.usage!.prompt_tokens).toBe(alone.usage!.prompt_tokens);
  const forced = await ask(narrow, 'move the points', { tool_choice: 'required' });
  expect(forced.choices[0]!.message.tool_calls).toMatchObject([{ function: { name: 'move' } }]);
  const named = await ask(narrow, 'move the points', {
    tool_choice: { type: 'function', function: { name: 'ping' } },
  });
  expect(named.choices[0]!.message.tool_calls).toMatchObject([{ function: { name: 'ping' } }]);
});

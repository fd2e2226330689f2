import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, streamText, tool } from 'ai';
import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../../core/trace.ts';
import { openStepParts } from '../../../pipelines/open-step-parts.ts';
import type { StepParts } from '../../../runtime/chat/prepared-step.ts';
import { predictTwoStep } from '../../../runtime/two-step.ts';
import { SERVED_TOOLS } from '../../fixtures/serve-workspace.ts';
import { type About, clientTools, type OpenServer, openServer } from './open-server.ts';

const QUERIES = ['go fast', 'move it', 'ping', 'thanks', 'read 7', 'set level 3', 'what now', 'x y z'];

let open: OpenServer;
let cold: StepParts;
let closeCold: () => Promise<void>;
beforeAll(async () => {
  open = await openServer();
  const opened = await openStepParts(open.context, open.settings, { threshold: 0, fallback: 'none' });
  cold = opened.parts;
  closeCold = opened.close;
});
afterAll(async () => {
  await open?.server.close();
  await closeCold?.();
});

const tools = clientTools(SERVED_TOOLS);
const ask = async (
  messages: OpenAI.ChatCompletionMessageParam[],
  more: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {},
) => {
  const request = { model: 'dualtune', messages, tools, max_tokens: 60, ...more };
  return (await open.client.chat.completions.create(request)) as OpenAI.ChatCompletion & About;
};
const user = (content: string): OpenAI.ChatCompletionMessageParam => ({ role: 'user', content });
/** What the runtime makes of it without a server. */
const direct = (messages: Message[], onOffer = SERVED_TOOLS) =>
  predictTwoStep(cold.engine, cold.renderer, cold.adapters, messages, onOffer, { maxTokens: 60 });

function callIn({ choices: [choice] }: OpenAI.ChatCompletion) {
  const [call] = choice!.message.tool_calls ?? [];
  return call?.type === 'function'
    ? { promptName: call.function.name, arguments: JSON.parse(call.function.arguments) }
    : null;
}

describe('the openai package', () => {
  it('gets the calls that the adapters make, whole', async () => {
    const called = new Set<string>();
    for (const [left, query] of QUERIES.entries()) {
      const onOffer = SERVED_TOOLS.filter((_, index) => index !== left % 4);
      const answer = await ask([user(query)], { tools: clientTools(onOffer) });
      const { call, ranked } = await direct([{ role: 'user', content: query }], onOffer);
      expect(callIn(answer), query).toEqual(call);
      const [choice] = answer.choices;
      expect(choice!.finish_reason).toBe(call === null ? expect.stringMatching(/stop|length/) : 'tool_calls');
      expect(answer).toMatchObject({ object: 'chat.completion', model: 'dualtune' });
      expect(answer.dualtune).toMatchObject({ answered_by: 'bundle' });
      expect(answer.dualtune.ranked![0]!.probability).toBeCloseTo(ranked![0]!.probability, 4);
      const { prompt_tokens, completion_tokens, total_tokens, prompt_tokens_details } = answer.usage!;
      expect(total_tokens).toBe(prompt_tokens + completion_tokens);
      expect(prompt_tokens).toBeGreaterThan(prompt_tokens_details!.cached_tokens!);
      called.add(call?.promptName ?? 'none');
    }
    expect(called.size).toBeGreaterThan(1);
  });

  it('gets the same in a stream, the name before the arguments', async () => {
    for (const query of QUERIES.slice(0, 5)) {
      const whole = await ask([user(query)]);
      const stream = await open.client.chat.completions.create({
        model: 'dualtune',
        messages: [user(query)],
        tools,
        max_tokens: 60,
        stream: true,
        stream_options: { include_usage: true },
      });
      let [content, name, args, finish] = ['', '', '', ''];
      let usage: OpenAI.CompletionUsage | undefined;
      for await (const { choices, usage: told } of stream) {
        const [choice] = choices;
        const delta = choice?.delta.tool_calls?.[0]?.function;
        if (delta?.arguments) expect(name).not.toBe('');
        name += delta?.name ?? '';
        args += delta?.arguments ?? '';
        content += choice?.delta.content ?? '';
        finish += choice?.finish_reason ?? '';
        usage ??= told ?? undefined;
      }
      const [choice] = whole.choices;
      const call = callIn(whole);
      expect({ content, finish }).toEqual({
        content: choice!.message.content ?? '',
        finish: choice!.finish_reason,
      });
      expect(call === null ? null : { promptName: name, arguments: JSON.parse(args) }).toEqual(call);
      expect(usage).toMatchObject({
        prompt_tokens: whole.usage!.prompt_tokens,
        completion_tokens: whole.usage!.completion_tokens,
      });
    }
    const helper = open.client.chat.completions.stream({ model: 'dualtune', messages: [user('ping')], tools });
    expect(callIn(await helper.finalChatCompletion())).toEqual(callIn(await ask([user('ping')])));
  });

  it('gets words while they are written, the same as whole, up to a stop text', async () => {
    let parts = 0;
    for (const query of QUERIES.slice(0, 4)) {
      const { text } = {
        text: (await ask([user(query)], { model: 'base', tools: undefined })).choices[0]!.message.content!,
      };
      for (const stop of [undefined, text.slice(9, 12), text.slice(20, 21)]) {
        const request = { model: 'base', messages: [user(query)], max_tokens: 60, stop };
        const whole = await open.client.chat.completions.create(request);
        const told: string[] = [];
        for await (const { choices, model } of await open.client.chat.completions.create({
          ...request,
          stream: true,
        })) {
          expect(model).toBe('base');
          if (choices[0]?.delta.content) told.push(choices[0].delta.content);
        }
        expect(told.join('')).toBe(whole.choices[0]!.message.content);
        if (stop === undefined) parts += told.length;
      }
    }
    expect(parts).toBeGreaterThan(40);
  });

  it('gets the first words long before the last', async () => {
    const request = { model: 'base', messages: [user('tell me all')], max_tokens: 600 };
    const stream = await open.client.chat.completions.create({ ...request, stream: true });
    let running = false;
    for await (const { choices } of stream) {
      if (!choices[0]?.delta.content || running) continue;
      running = ((await (await fetch(`${open.server.url}/health`)).json()) as { running: number }).running === 1;
      expect(running).toBe(true);
      break;
    }
    expect(running).toBe(true);
  });

  it('may call tools by other names, in another order, with what clients add to schemas', async () => {
    const renamed = clientTools([...SERVED_TOOLS].reverse(), ({ name }) => `files__${name}`).map((one) => ({
      ...one,
      function: {
        ...one.function,
        description: 'Otherwise.',
        parameters: {
          $schema: 'http://json-schema.org/draft-07/schema#',
          additionalProperties: false,
          ...one.function.parameters,
        },
      },
    }));
    for (const query of QUERIES.slice(0, 4)) {
      const plain = callIn(await ask([user(query)]));
      const other = await ask([user(query)], { tools: renamed });
      expect(other.dualtune.answered_by).toBe('bundle');
      expect(callIn(other)).toEqual(plain && { ...plain, promptName: `files__${plain.promptName}` });
    }
  });

  it('is told where tools are not in the bundle, and the base answers', async () => {
    const [first] = tools;
    const changed = { ...first!, function: { ...first!.function, parameters: { type: 'object', properties: {} } } };
    const foreign: OpenAI.ChatCompletionFunctionTool = { type: 'function', function: { name: '_weather' } };
    const answer = await ask([user('how warm is it')], { tools: [changed, ...tools.slice(1), foreign] });
    expect(answer.model).toBe('base');
    expect(answer.dualtune).toMatchObject({ answered_by: 'base', not_in_bundle: ['set_mode', '_weather'] });
    const forced = await ask([user('how warm is it')], {
      tools: [foreign, ...tools],
      tool_choice: { type: 'function', function: { name: '_weather' } },
    });
    expect(callIn(forced)).toEqual({ promptName: '_weather', arguments: {} });
    expect(forced.dualtune).toMatchObject({ answered_by: 'base', not_in_bundle: ['_weather'] });
  });

  it('decides whether to call, and what', async () => {
    for (const query of QUERIES.slice(0, 4)) {
      const none = await ask([user(query)], { tool_choice: 'none' });
      expect(none.choices[0]!.message).not.toHaveProperty('tool_calls');
      const required = await ask([user(query)], { tool_choice: 'required', parallel_tool_calls: false });
      expect(required.choices[0]!.finish_reason).toBe('tool_calls');
      const { ranked } = await direct([{ role: 'user', content: query }]);
      expect(callIn(required)!.promptName).toBe(ranked!.find(({ promptName }) => promptName !== 'respond')!.promptName);
      const named = await ask([user(query)], { tool_choice: { type: 'function', function: { name: 'move' } } });
      expect(callIn(named)).toMatchObject({ promptName: 'move', arguments: { force: expect.any(Boolean) } });
    }
    const base = await ask([user('go')], { model: 'base', tool_choice: 'required' });
    expect(base).toMatchObject({ model: 'base', dualtune: { answered_by: 'base' } });
    expect(callIn(base)).not.toBeNull();
  });

  it('goes on after several calls of one turn, whether their tools are still on offer or not', async () => {
    const call = (id: string, name: string, args: object) => ({
      id,
      type: 'function' as const,
      function: { name, arguments: JSON.stringify(args) },
    });
    const history: OpenAI.ChatCompletionMessageParam[] = [
      { role: 'developer', content: 'Be quick.' },
      { role: 'user', content: [{ type: 'text', text: 'Be slow and move.' }] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [call('a', 'move', { force: true, points: [false] }), call('b', 'set_mode', { mode: 'slow' })],
      },
      { role: 'tool', tool_call_id: 'b', content: 'slow now' },
      { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'moved' }] },
      user('And now?'),
    ];
    const messages: Message[] = [
      { role: 'system', content: 'Be quick.' },
      { role: 'user', content: 'Be slow and move.' },
      { role: 'assistant', call: { tool: 'files.move', arguments: { points: [false], force: true } } },
      { role: 'tool', content: 'moved' },
      { role: 'assistant', call: { tool: 'files.set_mode', arguments: { mode: 'slow' } } },
      { role: 'tool', content: 'slow now' },
      { role: 'user', content: 'And now?' },
    ];
    expect(callIn(await ask(history))).toEqual((await direct(messages)).call);
    const fewer = await ask(history, { tools: tools.slice(1, 2) });
    expect(callIn(fewer)).toEqual((await direct(messages, SERVED_TOOLS.slice(1, 2))).call);
    const silent = await ask(history, { tools: undefined });
    expect(silent).toMatchObject({ model: 'base', dualtune: { answered_by: 'base' } });
    expect(silent.choices[0]!.message.content).not.toBe('');
  });

  it('lists the models', async () => {
    const { data } = await open.client.models.list();
    expect(data.map(({ id }) => id)).toEqual(['dualtune', 'base']);
    expect(await open.client.models.retrieve('base')).toMatchObject({ id: 'base' });
    await expect(open.client.models.retrieve('gpt-5')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });

  it('ends an answer at a stop text, and where the tokens end', async () => {
    const plain = await ask([user('tell me')], { tool_choice: 'none', max_tokens: 30 });
    const text = plain.choices[0]!.message.content!;
    expect(plain.choices[0]!.finish_reason).toBe('length');
    expect(plain.usage!.completion_tokens).toBeGreaterThan(20);
    const cut = await ask([user('move')], {
      tool_choice: { type: 'function', function: { name: 'move' } },
      max_tokens: 4,
    });
    expect(cut.choices[0]).toMatchObject({ finish_reason: 'length' });
    const [call] = cut.choices[0]!.message.tool_calls!;
    expect(call).toMatchObject({ function: { name: 'move', arguments: expect.stringMatching(/^\{"poi/) } });
    const stop = text.slice(5, 8);
    const stopped = await ask([user('tell me')], { tool_choice: 'none', max_tokens: 30, stop });
    const kept = text.slice(0, text.indexOf(stop));
    expect(stopped.choices[0]).toMatchObject({ message: { content: kept }, finish_reason: 'stop' });
    expect(stopped.usage!.completion_tokens).toBe(cold.engine.tokenize(kept).length);
    // It writes no more than it needs to see that it is enough.
    expect(stopped.dualtune.sampled_tokens).toBeLessThan(plain.dualtune.sampled_tokens);
  });
});

describe('the Vercel AI SDK', () => {
  it('gets the same calls, whole and in a stream', async () => {
    const provider = createOpenAICompatible({ name: 'dualtune', baseURL: `${open.server.url}/v1`, includeUsage: true });
    const sdkTools = Object.fromEntries(
      SERVED_TOOLS.map(({ name, description, inputSchema }) => [
        name,
        tool({ description, inputSchema: jsonSchema(inputSchema) }),
      ]),
    );
    const query = await firstCalled();
    const wanted = callIn(await ask([user(query)]))!;
    const request = { model: provider('dualtune'), prompt: query, tools: sdkTools, maxRetries: 0, maxOutputTokens: 60 };
    const whole = await generateText(request);
    expect(whole.finishReason).toBe('tool-calls');
    expect(whole.toolCalls.map(({ toolName, input }) => ({ promptName: toolName, arguments: input }))).toEqual([
      wanted,
    ]);
    const stream = streamText(request);
    const calls = await stream.toolCalls;
    expect(calls.map(({ toolName, input }) => ({ promptName: toolName, arguments: input }))).toEqual([wanted]);
    expect((await stream.usage).outputTokens).toBeGreaterThan(0);
  });

  async function firstCalled(): Promise<string> {
    for (const query of QUERIES) if (callIn(await ask([user(query)])) !== null) return query;
    throw new Error('the model calls nothing');
  }
});

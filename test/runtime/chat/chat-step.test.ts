import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStepParts } from '../../../pipelines/open-step-parts.ts';
import { chatStep } from '../../../runtime/chat/chat-step.ts';
import type { StepParts } from '../../../runtime/chat/prepared-step.ts';
import type { Engine, EngineSession } from '../../../runtime/engine.ts';
import { SERVED_TOOLS, serveWorkspace } from '../../fixtures/serve-workspace.ts';

const { signal } = new AbortController();
const CALL = '<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>';

let opened: { parts: StepParts; close(): Promise<void> };
beforeAll(async () => {
  const { context, settings } = await serveWorkspace();
  opened = await openStepParts(context, settings, { threshold: 0, fallback: 'none' });
});
afterAll(() => opened?.close());

/** A base that calls a tool wherever it may write what it likes, and a selector that finds no tool needed. */
function caller(engine: Engine, prompts: number[][]): Engine {
  return {
    ...engine,
    async session(adapter) {
      const session = await engine.session(adapter);
      const written: EngineSession = {
        ...session,
        async next(_, candidates) {
          return candidates.map((_, index) => (index === candidates.length - 1 ? -0.01 : -9));
        },
        logprobs: async (tokens, from) => tokens.slice(from).map(() => -0.01),
        async generate(prefix, options) {
          prompts.push([...prefix]);
          if (options.grammar !== undefined) return session.generate(prefix, options);
          return { tokens: engine.tokenize(CALL), text: CALL, stopped: true };
        },
      };
      return written;
    },
  };
}

test('where no tool is needed and the base writes a call all the same, it is held to words, in the same prompt', async () => {
  const prompts: number[][] = [];
  const parts = { ...opened.parts, engine: caller(opened.parts.engine, prompts) };
  const tools = SERVED_TOOLS.map(({ name, description, inputSchema }) => ({
    name,
    description,
    parameters: inputSchema,
  }));
  const request = {
    turns: [{ role: 'user' as const, content: 'hello' }],
    tools,
    choice: 'auto' as const,
    maxTokens: 12,
  };
  const answer = await chatStep(parts, request, { signal });
  expect(answer).toMatchObject({ by: 'bundle', calls: [] });
  expect(answer.text).not.toBe('');
  expect(answer.text).not.toMatch(/^\s*</);
  expect(prompts).toHaveLength(2);
  expect(prompts[1]).toEqual(prompts[0]);
});

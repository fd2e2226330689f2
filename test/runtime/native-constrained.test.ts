import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadRenderer } from '../../core/prompt/load-renderer.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import type { Message } from '../../core/trace.ts';
import type { Engine, EngineSession } from '../../runtime/engine.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { predictNativeConstrained } from '../../runtime/native-constrained.ts';
import { selectName } from '../../runtime/selector.ts';
import { type TinyModel, tinyModel } from '../fixtures/tiny-model.ts';
import { makeTool } from '../fixtures/tools.ts';

const TOOLS = [
  makeTool('set_mode', { type: 'object', properties: { mode: { enum: ['fast', 'slow'] } }, required: ['mode'] }),
  makeTool('ping', { type: 'object', properties: {} }),
];
const MESSAGES: Message[] = [{ role: 'user', content: 'Faster, please.' }];

let tiny: TinyModel;
let engine: Engine;
let renderer: Renderer;
beforeAll(async () => {
  tiny = await tinyModel();
  engine = await openLlamaCpp({ model: tiny.gguf, contextSize: 1024, threads: 1, gpu: false });
  renderer = await loadRenderer(tiny.base, { descriptions: 'full', argumentTools: 'all' });
});
afterAll(() => engine?.close());

/** The real engine, but what is generated freely is given: a model of random weights neither calls nor answers. */
function writing(text: string, stopped = true): Engine {
  return {
    ...engine,
    async session(adapter) {
      const session = await engine.session(adapter);
      const generate: EngineSession['generate'] = async (prefix, options) =>
        options.grammar === undefined ? { tokens: [1], text, stopped } : session.generate(prefix, options);
      return { ...session, generate, usage: session.usage };
    },
  };
}
const predict = (given: Engine) =>
  predictNativeConstrained(given, renderer, tiny.adapters.alpha, MESSAGES, TOOLS, { maxTokens: 40 });

test('an answer stays an answer', async () => {
  expect(await predict(writing('You are welcome.'))).toMatchObject({ call: null, text: 'You are welcome.' });
});

test.each([
  ['a call', '<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>', true],
  ['what is no call', '<tool_call>\n{"name": "pi', false],
])(
  '%s becomes the call to the most probable tool, with arguments that fit its schema',
  async (_name, text, stopped) => {
    const session = await engine.session(tiny.adapters.alpha);
    const names = TOOLS.map(({ promptName }) => promptName);
    const best = await selectName(engine, session, renderer, renderer.selectorPrompt(MESSAGES, TOOLS), names);
    const prediction = await predict(writing(text, stopped));
    expect(prediction.malformed).toBeUndefined();
    expect(prediction.call!.promptName).toBe(best.promptName);
    const fitting = { set_mode: [{ mode: 'fast' }, { mode: 'slow' }], ping: [{}] }[best.promptName]!;
    expect(fitting).toContainEqual(prediction.call!.arguments);
  },
);

import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRenderer } from '../../core/prompt/load-renderer.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import { RESPOND, type Tool } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import { fillArguments, toolGrammar } from '../../runtime/arguments.ts';
import { calibrated } from '../../runtime/calibrated.ts';
import type { Engine } from '../../runtime/engine.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { predictNative } from '../../runtime/native.ts';
import { selectName } from '../../runtime/selector.ts';
import { predictTwoStep, type TwoStepAdapters } from '../../runtime/two-step.ts';
import { type TinyModel, tinyModel } from '../fixtures/tiny-model.ts';
import { MOVE, makeTool, PING } from '../fixtures/tools.ts';

/** Schemas of which even a model of random weights cannot make endless texts, and one of which it can. */
const TOOLS: Tool[] = [
  makeTool('set_mode', {
    type: 'object',
    properties: {
      mode: { enum: ['fast', 'slow "and" sure', 'off'] },
      level: { type: 'integer', minimum: 0, maximum: 9 },
    },
    required: ['mode'],
  }),
  MOVE,
  PING,
  makeTool('write_text', { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }),
];
const [SET_MODE, , , WRITE_TEXT] = TOOLS as [Tool, Tool, Tool, Tool];
const OPTIONS = { maxTokens: 60 };
const asking = (content: string): Message[] => [{ role: 'user', content }];

let tiny: TinyModel;
let engine: Engine;
let renderer: Renderer;
beforeAll(async () => {
  tiny = await tinyModel();
  engine = await openLlamaCpp({ model: tiny.gguf, contextSize: 1024, threads: 1, gpu: false });
  renderer = await loadRenderer(tiny.base, { descriptions: 'full' });
});
afterAll(() => engine?.close());

describe('fillArguments', () => {
  const fill = (tool: Tool, query: string, maxTokens = 60) =>
    fillArguments(
      { engine, renderer },
      () => engine.session(tiny.adapters.alpha),
      tool,
      { messages: asking(query), tools: TOOLS },
      { maxTokens },
    );

  it('gives arguments that the schema allows, and a native call', async () => {
    for (const tool of [SET_MODE, MOVE]) {
      const validate = new Ajv2020().compile(tool.inputSchema);
      for (const query of ['fast', 'go', 'one two three', 'read 7']) {
        const { arguments: args, text, malformed } = await fill(tool, query);
        expect(malformed).toBeUndefined();
        expect(validate(args), text).toBe(true);
        expect(renderer.parse(text)).toEqual({ call: { promptName: tool.promptName, arguments: args } });
        const span = renderer.argumentsSpan(tool, args as Record<string, unknown>);
        expect(`${text}${renderer.stop}`.endsWith(span)).toBe(true);
      }
    }
  });

  it('asks no model for a tool without parameters', async () => {
    const never = () => Promise.reject(new Error('a session was opened'));
    const filled = await fillArguments(
      { engine, renderer },
      never,
      PING,
      { messages: asking('ping'), tools: TOOLS },
      OPTIONS,
    );
    expect(filled.arguments).toEqual({});
    expect(renderer.parse(filled.text)).toEqual({ call: { promptName: 'ping', arguments: {} } });
  });

  it('says so when a string does not end', async () => {
    const filled = await fill(WRITE_TEXT, 'write', 12);
    expect(filled).toMatchObject({ arguments: null, malformed: 'the arguments did not end within 12 tokens' });
    expect(filled.text).toContain('"arguments": {"text": "');
  });

  it('lets the engine write what training trains', async () => {
    const gold = { text: 'line\n"quoted" é' };
    const session = await engine.session();
    const prompt = engine.tokenize(renderer.argumentsPrompt(asking('x'), TOOLS, WRITE_TEXT.promptName));
    const grammar = toolGrammar(renderer, {
      ...WRITE_TEXT,
      inputSchema: { properties: { text: { const: gold.text } }, required: ['text'] },
    });
    const { text, stopped } = await session.generate(prompt, { grammar, stop: renderer.stop, maxTokens: 60 });
    expect(stopped).toBe(true);
    expect(text + renderer.stop).toBe(renderer.argumentsSpan(WRITE_TEXT, gold));
  });
});

describe('predictTwoStep', () => {
  const adapters = () => ({
    selector: tiny.adapters.beta,
    argumentsOf: (tool: Tool) => (tool === SET_MODE ? tiny.adapters.gamma : undefined),
  });

  it('is the selector’s choice and then that tool’s arguments', async () => {
    const chosen = new Set<string>();
    for (const left of [...TOOLS.keys(), undefined]) {
      const messages = asking(`do ${left}`);
      const tools = TOOLS.filter((_, index) => index !== left);
      const prediction = await predictTwoStep(engine, renderer, adapters(), messages, tools, OPTIONS);
      const names = [...tools.map(({ promptName }) => promptName), RESPOND];
      const selector = await engine.session(tiny.adapters.beta);
      const selection = await selectName(engine, selector, renderer, renderer.selectorPrompt(messages, tools), names);
      expect(prediction.call?.promptName ?? RESPOND).toBe(selection.promptName);
      expect(prediction.ranked?.[0]?.promptName).toBe(selection.promptName);
      chosen.add(selection.promptName);
      const tool = TOOLS.find(({ promptName }) => promptName === selection.promptName);
      if (tool === undefined) continue;
      const open = () => engine.session(adapters().argumentsOf(tool));
      const filled = await fillArguments({ engine, renderer }, open, tool, { messages, tools }, OPTIONS);
      expect(prediction.call?.arguments).toEqual(filled.arguments);
      expect(prediction).toMatchObject({ text: filled.text, latencyMs: expect.any(Number) });
      expect(prediction.malformed).toBe(filled.malformed);
    }
    expect(chosen.size).toBeGreaterThan(1);
  });

  it('has the selector as sure as its temperature says, forced to call or not', async () => {
    const sure = { ...adapters(), temperature: 3 };
    for (const mustCall of [false, true]) {
      const predict = (by: TwoStepAdapters, threshold?: number) =>
        predictTwoStep(engine, renderer, by, asking('go'), TOOLS, { ...OPTIONS, mustCall, threshold });
      const plain = await predict(adapters());
      const soft = await predict(sure);
      expect(soft.call).toEqual(plain.call);
      for (const [index, { promptName, probability }] of calibrated(plain.ranked!, 3).entries()) {
        expect(soft.ranked![index]!.promptName).toBe(promptName);
        expect(soft.ranked![index]!.probability).toBeCloseTo(probability, 4);
      }
      const threshold = (plain.ranked![0]!.probability + soft.ranked![0]!.probability) / 2;
      const abstained = await predict(sure, threshold);
      expect(abstained).toMatchObject({ call: null, abstained: true });
    }
  });

  it('calls in any case where it must, and a single tool without selecting it', async () => {
    const forced = { ...OPTIONS, mustCall: true };
    const { call, ranked } = await predictTwoStep(engine, renderer, adapters(), asking('thanks'), TOOLS, forced);
    expect(ranked!.map(({ promptName }) => promptName).sort()).toEqual(
      TOOLS.map(({ promptName }) => promptName).sort(),
    );
    expect(call?.promptName).toBe(ranked![0]!.promptName);
    const sure = { ...forced, threshold: 1 };
    const single = await predictTwoStep(engine, renderer, adapters(), asking('thanks'), [PING], sure);
    expect(single).toMatchObject({ call: { promptName: 'ping', arguments: {} }, prefilled: 0 });
    expect(single.ranked).toBeUndefined();
  });

  it('writes no word where no tool is needed', async () => {
    const silent = await predictTwoStep(engine, renderer, adapters(), asking('thanks'), [], OPTIONS);
    expect(silent).toMatchObject({ call: null, text: '', generated: 0 });
  });
});

describe('predictNative', () => {
  it('reads what the model wrote, with its cost', async () => {
    const prediction = await predictNative(engine, renderer, tiny.adapters.alpha, asking('hello'), TOOLS, {
      maxTokens: 9,
    });
    expect(prediction.call).toBeNull();
    expect(prediction.generated).toBe(9);
    expect(prediction.latencyMs).toBeGreaterThan(0);
    const prompt = engine.tokenize(renderer.generationPrompt(asking('hello'), TOOLS));
    expect(prediction.prefilled).toBeGreaterThan(0);
    expect(prediction.prefilled).toBeLessThanOrEqual(prompt.length);
  });
});

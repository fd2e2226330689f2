import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StageEvent } from '../../../../core/event.ts';
import { createRenderer } from '../../../../core/prompt/create-renderer.ts';
import { loadPromptSource } from '../../../../core/prompt/load-renderer.ts';
import { chooseAdapters, type TriedCandidates } from '../../../../pipelines/convert/choose/choose-adapters.ts';
import { tryCandidates } from '../../../../pipelines/convert/choose/try-candidates.ts';
import type { ConvertInputs } from '../../../../pipelines/convert/inputs.ts';
import type { TrainedAdapter } from '../../../../pipelines/convert/trained-adapters.ts';
import { writeArguments } from '../../../../runtime/arguments.ts';
import { openLlamaCpp } from '../../../../runtime/llama-cpp.ts';
import { tinyModel } from '../../../fixtures/tiny-model.ts';
import { makeTool } from '../../../fixtures/tools.ts';

/** Six free choices, so that two adapters of random weights do not choose alike. */
const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const TOOL = makeTool('set', {
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { enum: ['red', 'green', 'blue', 'white', 'none'] }])),
  required: names,
});
const QUIET = makeTool('quiet', { type: 'object', properties: { on: { type: 'boolean' } }, required: ['on'] });
const ADAPTERS = { arguments: 'beta', 'arguments-files-set': 'alpha', 'arguments-files-quiet': 'gamma' } as const;

let folder: string;
let place: string;
let inputs: ConvertInputs;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'choose-'));
  place = join(folder, 'bundle.partial');
  const { base, gguf, adapters } = await tinyModel();
  await mkdir(join(place, 'adapters'), { recursive: true });
  await copyFile(gguf, join(place, 'base.f32.gguf'));
  for (const [name, tiny] of Object.entries(ADAPTERS))
    await copyFile(adapters[tiny].path, join(place, 'adapters', `${name}.gguf`));
  const settings = { descriptions: 'full' } as const;
  const source = await loadPromptSource(base);
  const renderer = createRenderer({ ...source, settings });
  // What `alpha` writes is what is right.
  const engine = await openLlamaCpp({ model: gguf, contextSize: 1024, threads: 1, gpu: false });
  const lines: string[] = [];
  for (const query of ['one', 'two things', 'three more of them']) {
    const prompt = renderer.argumentsPrompt([{ role: 'user', content: query }], [TOOL], TOOL.promptName);
    const session = await engine.session(adapters.alpha);
    const { arguments: args } = await writeArguments({ engine, renderer }, session, TOOL, prompt, { maxTokens: 200 });
    const gold = renderer.argumentsSpan(TOOL, args as Record<string, unknown>);
    const spans = [
      { text: prompt, train: false },
      { text: gold, train: true },
    ];
    const meta = { trace: query, steps: [0], split: 'validation', catalogue: 'c' };
    lines.push(`${JSON.stringify({ id: query, task: 'arguments', tool: TOOL.id, spans, meta })}\n`);
  }
  await engine.close();
  const path = join(folder, 'samples', 'validation', 'arguments', `${TOOL.slug}.jsonl`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, lines.join(''));
  const adapter = (name: string, rest: Partial<TrainedAdapter>): TrainedAdapter => {
    return { name, task: 'arguments', folder: '', hash: `hash of ${name}`, tools: [], paths: [], ...rest };
  };
  inputs = {
    base,
    baseHash: '',
    type: 'f32',
    seed: 1,
    catalogue: { version: 1, servers: [], tools: [TOOL, QUIET], hash: 'c' },
    prompt: { settings, template: source.templateHash, tokenizer: source.tokenizer.hash, renderer: renderer.hash },
    adapters: [
      adapter('arguments', { candidate: 'shared' }),
      adapter('arguments-files-set', { candidate: 'own', tool: TOOL.id }),
      adapter('arguments-files-quiet', { candidate: 'own', tool: QUIET.id }),
    ],
    choiceSamples: {},
    selectorSamples: {},
    contextLength: 1024,
    release: '',
  };
});
afterAll(() => rm(folder, { recursive: true }));

async function run(): Promise<{ tried: TriedCandidates[]; events: StageEvent[] }> {
  const events: StageEvent[] = [];
  const trying = tryCandidates(inputs, { workspace: folder, place, signal: new AbortController().signal });
  for (;;) {
    const { value, done } = await trying.next();
    if (done) return { tried: value, events };
    events.push(value);
  }
}

const trials = () => readFile(join(place, 'choices.jsonl'), 'utf8');

test('each candidate writes each validation call; what an interrupted run has tried is not tried again', async () => {
  const { tried, events } = await run();
  expect(
    tried.map(({ tool, candidates }) => [tool, ...candidates.map(({ candidate, right }) => [candidate, right])]),
  ).toEqual([
    [TOOL.id, ['shared', [false, false, false]], ['own', [true, true, true]]],
    [QUIET.id, ['shared', []], ['own', []]],
  ]);
  expect(events).toHaveLength(6);
  expect(events.at(-1)).toMatchObject({ type: 'progress', done: 6, total: 6 });
  expect(chooseAdapters(tried)!.tools.map(({ adapter }) => adapter)).toEqual([
    'arguments-files-set',
    'arguments-files-quiet', // it has no calls: as for the others
  ]);
  const whole = await trials();
  expect(whole).not.toContain('red'); // what was written stays out of the bundle

  // Killed while it wrote a line: the rest is tried, and the file is the same.
  await writeFile(join(place, 'choices.jsonl'), whole.slice(0, -20));
  const again = await run();
  expect(again.events).toHaveLength(1);
  expect(again.tried).toEqual(tried);
  expect(await trials()).toBe(whole);

  // An adapter that was trained again is tried again, the others are not; without work there is no need of an engine.
  inputs.adapters[0]!.hash = 'another';
  expect((await run()).events.map((event) => 'note' in event && event.note)).toEqual(
    Array(3).fill('arguments on files.set'),
  );
  await rm(join(place, 'base.f32.gguf'));
  expect((await run()).events).toEqual([]);
});

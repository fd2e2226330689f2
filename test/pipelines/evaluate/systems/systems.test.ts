import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { startTeacherStub, type TeacherStub } from '../../../fixtures/teacher-stub.ts';
import { tinyModel } from '../../../fixtures/tiny-model.ts';
import { TOOLS } from '../evaluation-workspace.ts';
import { answersOf, evaluated, rightAnswer, systemsWorkspace, TRAINING_QUERIES } from './systems-workspace.ts';

// Engines stand still for seconds where other processes take the processors.
vi.setConfig({ testTimeout: 240_000 });

let stub: TeacherStub | undefined;
afterEach(async () => {
  await stub?.close();
  stub = undefined;
});

test('local systems predict each case, and equal ones predict the same', async () => {
  const { gguf, base } = await tinyModel();
  const place = await systemsWorkspace({
    systems: [
      'base',
      'decoupled',
      { name: 'constrained', kind: 'base', constrained: true },
      { name: 'by-hand', kind: 'decoupled', arguments: 'own' },
      { name: 'own-arguments', kind: 'decoupled', selector: 'base' },
      { name: 'same-bundle', kind: 'decoupled', bundle: 'bundle' },
      { name: 'other', kind: 'model' },
      { name: 'other-selector', kind: 'decoupled', selector: 'other' },
    ],
    models: { other: { gguf, base } },
    limit: 2,
  });
  const { metrics, records } = await evaluated(place);
  const answers = (name: string) => answersOf(records.get(name));
  expect(Object.values(metrics.systems).map(({ overall }) => overall.n)).toEqual(Array(8).fill(2));
  expect(answers('by-hand')).toEqual(answers('decoupled'));
  expect(answers('same-bundle')).toEqual(answers('decoupled'));
  // The other model is the base once more, in an engine of its own.
  expect(answers('other')).toEqual(answers('base'));
  expect(answers('other-selector')).toEqual(answers('own-arguments'));
  const tools = (name: string) => records.get(name)!.map(({ predicted }) => predicted?.name);
  expect(tools('own-arguments')).toEqual(tools('constrained'));
  expect(metrics.differences.map(({ reference }) => reference)).toContain('other-selector');
  expect(metrics.systems.base).not.toHaveProperty('switch_ms');
  expect(metrics.systems.base!.memory!.resident_peak).toBeGreaterThan(10 ** 7);
});

test('examples are of the training split and of the tools that are listed, and stand before the conversation', async () => {
  stub = await startTeacherStub({ answer: rightAnswer });
  const endpoint = { baseUrl: stub.url, model: 'm', concurrency: 2 };
  const shown = async (system: object) => {
    stub!.requests.length = 0;
    const place = await systemsWorkspace({
      systems: [{ name: 'm', kind: 'model', ...system }],
      models: { m: endpoint },
    });
    const { metrics } = await evaluated(place);
    expect(metrics.systems.m!.overall.call_accuracy).toMatchObject({ value: 1, n: 5 });
    const bodies = stub!.requests.map(({ body }) => body);
    const queries = bodies.map(({ messages }) =>
      messages
        .filter(({ role }) => role === 'user')
        .slice(0, -1)
        .map(({ content }) => content!),
    );
    expect(queries.flat().filter((query) => !TRAINING_QUERIES.includes(query))).toEqual([]);
    return { bodies, queries };
  };

  const same = await shown({ examples: { count: 4 } });
  expect(new Set(same.queries.map((queries) => queries.join())).size).toBe(1);
  const calls = same.bodies[0]!.messages.flatMap(
    ({ tool_calls }) => tool_calls?.map((call) => call.function.name) ?? [],
  );
  expect(new Set(calls)).toEqual(new Set(TOOLS.map(({ promptName }) => promptName)));

  const seeded = await shown({ examples: { count: 2, choose: 'seeded' } });
  expect(seeded.queries.map((queries) => queries.length)).toEqual([2, 2, 2, 2, 2]);
  expect(new Set(seeded.queries.map((queries) => queries.join())).size).toBeGreaterThan(1);
  expect((await shown({ examples: { count: 2, choose: 'seeded' } })).queries.sort()).toEqual(seeded.queries.sort());

  const all = await shown({ examples: { count: 50, choose: 'nearest' } });
  expect(all.queries[0]).toHaveLength(TRAINING_QUERIES.length);
});

test('a system may list the likeliest tools only, and shows no example of another', async () => {
  stub = await startTeacherStub({ answer: ({ messages }) => ({ content: `${messages.length}` }) });
  const place = await systemsWorkspace({
    systems: [
      { name: 'm', kind: 'model', tools: 2, examples: { count: 50 } },
      { name: 'few', kind: 'base', tools: 2, examples: { count: 50 } },
      { name: 'few-decoupled', kind: 'decoupled', examples: { count: 3 } },
    ],
    models: { m: { baseUrl: stub.url, model: 'm' } },
  });
  const { metrics } = await evaluated(place);
  expect(metrics.systems.few!.overall.n).toBe(5);
  for (const { tools = [], messages } of stub.requests.map(({ body }) => body)) {
    const names = tools.map((tool) => tool.function.name);
    expect(names).toHaveLength(2);
    const called = messages.flatMap(({ tool_calls = [] }) => tool_calls.map((call) => call.function.name));
    expect(called.filter((name) => !names.includes(name))).toEqual([]);
  }
});

test('an endpoint makes whole calls or half of them, and is asked nothing twice', async () => {
  const { gguf, base } = await tinyModel();
  const busyAtFirst = (_: unknown, seen: number) =>
    seen === 0 ? ({ kind: 'status', status: 429 } as const) : undefined;
  stub = await startTeacherStub({ answer: rightAnswer, fault: busyAtFirst });
  const half = (name: string, rest: object) => ({ name, kind: 'decoupled', ...rest });
  const place = await systemsWorkspace({
    systems: [
      { name: 'm', kind: 'model' },
      half('our-arguments', { selector: 'm' }),
      half('base-arguments', { selector: 'm', arguments: 'base' }),
      half('other-arguments', { selector: 'm', arguments: 'other' }),
      half('both-halves', { selector: 'm', arguments: 'm' }),
    ],
    models: {
      m: { baseUrl: stub.url, model: 'm', apiKeyFrom: 'STUB_KEY', parameters: { temperature: 0 } },
      other: { gguf, base },
    },
  });
  await expect(evaluated(place)).rejects.toThrow('the environment variable of the API key is not set');
  place.context = { ...place.context, variables: { STUB_KEY: 'secret-key' } };
  const { metrics, records } = await evaluated(place);
  expect(metrics.systems.m!.overall.call_accuracy).toMatchObject({ value: 1, n: 5 });
  const tools = (name: string) => records.get(name)!.map(({ predicted }) => predicted?.name);
  for (const name of ['our-arguments', 'other-arguments']) expect(tools(name)).toEqual(tools('m'));
  expect(answersOf(records.get('other-arguments'))).toEqual(answersOf(records.get('base-arguments')));
  expect(answersOf(records.get('our-arguments'))).not.toEqual(answersOf(records.get('base-arguments')));
  // The one that writes arguments is shown the one tool, in a request of its own.
  expect(metrics.systems['both-halves']!.overall.args_exact).toMatchObject({ value: 1, n: 5 });
  expect(stub.requests.filter(({ body }) => body.tools!.length === 1 && body.tool_choice === 'required')).not.toEqual(
    [],
  );

  // Two calls of the tool with an adapter, then one that the base writes.
  expect(metrics.systems['our-arguments']!.switch_ms).toMatchObject({ n: 1 });
  const state = (name: string) => metrics.systems[name]!.memory!.engine_state!;
  expect(state('base-arguments')).toBeGreaterThan(10 ** 5);
  expect(state('our-arguments')).toBeGreaterThan(1.5 * state('base-arguments'));
  expect(metrics.systems.m).not.toHaveProperty('memory');

  const keys = stub.requests.filter(({ answered }) => answered).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(stub.requests.every(({ authorization }) => authorization === 'Bearer secret-key')).toBe(true);
  expect(stub.requests[0]!.body).toMatchObject({ max_completion_tokens: metrics.max_tokens, temperature: 0 });
  const sent = stub.requests.length;
  await evaluated(place, { systems: ['m'] });
  expect(stub.requests).toHaveLength(sent);
});

test('what cannot be read of an endpoint is malformed', async () => {
  const odd = [
    { call: { name: 'write_file', arguments: '{"path": ' } },
    { content: 'I would', finish: 'length' },
    { call: { name: 'made_up', arguments: '' } },
    { content: '', finish: 'content_filter' },
    { call: { name: 'list_directory', arguments: '[]' } },
  ];
  stub = await startTeacherStub({ answer: () => odd[stub!.requests.length - 1]! });
  const place = await systemsWorkspace({
    systems: [{ name: 'm', kind: 'model' }],
    models: { m: { baseUrl: stub.url, model: 'm', concurrency: 1 } },
  });
  const { records } = await evaluated(place);
  expect(records.get('m')!.map(({ malformed, predicted }) => malformed ?? predicted?.name)).toEqual([
    'the arguments are no JSON object',
    'the answer is not whole: length',
    'made_up',
    'the answer is not whole: content_filter',
    'the arguments are no JSON object',
  ]);
});

test('a case that an endpoint never answers is unscored and not wrong; the others count', async () => {
  const bad = 'What is in a.txt?';
  stub = await startTeacherStub({
    answer: rightAnswer,
    fault: ({ body }) => (body.messages.at(-1)!.content === bad ? { kind: 'status', status: 500 } : undefined),
  });
  const place = await systemsWorkspace({
    systems: [{ name: 'm', kind: 'model' }, 'base'],
    models: { m: { baseUrl: stub.url, model: 'm', tries: 1 } },
  });
  const { metrics, events } = await evaluated(place);
  expect(metrics.cases.n).toBe(5);
  expect(metrics.systems.m).toMatchObject({ unscored: 1, overall: { n: 4, call_accuracy: { value: 1, n: 4 } } });
  expect(metrics.systems.base!.overall.n).toBe(5);
  expect(metrics.systems.base).not.toHaveProperty('unscored');
  expect(events.filter(({ type }) => type === 'warning')).toMatchObject([
    { message: expect.stringMatching(/m gave no answer to case single#0, which stays unscored: failed many times/) },
  ]);
  expect(events.at(-1)).toMatchObject({ counts: { predictions: 9, unscored: 1 } });
});

test('an endpoint that fails again and again ends the run, which goes on where it stopped', async () => {
  let isDown = true;
  stub = await startTeacherStub({
    answer: rightAnswer,
    fault: () => (isDown ? { kind: 'status', status: 503 } : undefined),
  });
  const model = { baseUrl: stub.url, model: 'm', tries: 1 };
  const place = await systemsWorkspace({ systems: ['base', { name: 'm', kind: 'model' }], models: { m: model } });
  await expect(evaluated(place)).rejects.toThrow(/m, case .*: m at http:.*failed many times/s);
  isDown = false;
  const { metrics, events } = await evaluated(place);
  expect(events[0]).toMatchObject({ type: 'start', resumed: 3 });
  expect(metrics.systems.m!.overall.call_accuracy).toMatchObject({ value: 1, n: 5 });
});

test('a budget ends the run, and when it is raised nothing is paid for twice', async () => {
  stub = await startTeacherStub({ answer: rightAnswer });
  const model = { baseUrl: stub.url, model: 'm', concurrency: 1, budget: { requests: 3 } };
  const place = await systemsWorkspace({ systems: [{ name: 'm', kind: 'model' }], models: { m: model } });
  await expect(evaluated(place)).rejects.toThrow(
    /evaluate\.models\.m\.budget\.requests: .*budget of requests is used up/,
  );
  expect(stub.requests).toHaveLength(3);
  Object.assign(place.settings.evaluate.models.m!, { budget: { requests: 5 } });
  expect((await evaluated(place)).metrics.systems.m!.overall.n).toBe(5);
  expect(stub.requests).toHaveLength(5);
});

test('says all at once which adapters there are not, and which there are', async () => {
  const place = await systemsWorkspace({
    systems: [
      { name: 'a', kind: 'decoupled', arguments: 'argumets' },
      { name: 'b', kind: 'decoupled', selector: 'gpt' },
      'decoupled-shared',
      { name: 'c', kind: 'monolithic', bundle: 'gone' },
    ],
  });
  place.settings.evaluate.systems.pop();
  const error = await evaluated(place).catch(String);
  expect(error).toContain('evaluate.systems cannot be made: 3 errors');
  expect(error).toMatch(
    /a\.arguments.*expected: one of own, shared, base, arguments-files-read_text_file.*found: +argumets/s,
  );
  expect(error).toMatch(/b\.selector.*expected: one of own, base\n.*found: +gpt/s);
  expect(error).toContain('the bundle has no shared arguments adapter');
});

test('refuses a bundle whose adapters cannot be compared, and examples where there are no training traces', async () => {
  const place = await systemsWorkspace({ systems: [{ name: 'c', kind: 'monolithic', bundle: 'gone' }] });
  await expect(evaluated(place)).rejects.toThrow('there is no complete bundle');
  const few = await systemsWorkspace({ systems: [{ name: 'few', kind: 'base', examples: { count: 2 } }] });
  await rm(join(few.context.workspace, 'traces'), { recursive: true });
  await expect(evaluated(few)).rejects.toThrow('there are no traces of the training split');
});

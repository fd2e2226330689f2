import { readdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import type { McpBenchResults, ToolFitResults } from '../../core/suite-results.ts';
import type { Settings } from '../../pipelines/settings.ts';
import { suiteTable } from '../../pipelines/suite/suite-table.ts';
import { type SuiteOptions, suite, suiteResults } from '../../pipelines/suite.ts';
import { agentWorkspace } from '../fixtures/agent-workspace.ts';
import type { Completion, StubBody } from '../fixtures/scripted-teacher.ts';
import { type SuiteWorkspace, scriptedModel, suiteWorkspace } from '../fixtures/suite-workspace.ts';
import { startTeacherStub, type TeacherStub } from '../fixtures/teacher-stub.ts';
import { completeStage } from './report/complete-stage.ts';

const stubs: TeacherStub[] = [];
afterAll(async () => {
  for (const stub of stubs) await stub.close();
});

async function stubOf(answer: (body: StubBody) => Completion): Promise<TeacherStub> {
  const stub = await startTeacherStub({ answer });
  stubs.push(stub);
  return stub;
}

const group = (servers: string[], ids: string[]) => ({
  server_name: servers.join('+'),
  servers,
  tasks: ids.map((id) => ({
    task_id: id,
    task_description: `In full: ${id}`,
    fuzzy_description: `Do ${id}`,
    dependency_analysis: `Of ${id}: first look`,
    distraction_servers: ['Notes', 'Reddit'],
  })),
});
const TASKS = {
  server_tasks: [
    group(['Filesystem'], ['one']),
    group(['Filesystem', 'Memory'], ['two']),
    group(['Filesystem', 'Memory', 'SHOP'], ['three']),
    group(['Weather Data', 'Filesystem'], ['weather', 'more weather']),
  ],
  total_tasks: 0,
};

let workspace: SuiteWorkspace;
let files: string[];
let agent: TeacherStub;
beforeAll(async () => {
  workspace = await suiteWorkspace();
});
beforeEach(async () => {
  await rm(join(workspace.folder, 'suites'), { recursive: true, force: true });
  files = [join(workspace.folder, 'tasks.json')];
  await writeFile(files[0]!, JSON.stringify(TASKS));
  const path = (...parts: string[]) => join(workspace.folder, 'files', ...parts);
  agent = await stubOf(
    scriptedModel({
      'Do one': [{ name: 'list_directory', arguments: { path: path('notes') } }],
      'Do two': [
        { name: 'search_nodes', arguments: { query: 'Ben' } },
        { name: 'write_file', arguments: { path: path('notes', 'new.md'), content: 'Ben repairs kettles.' } },
        { name: 'read_text_file', arguments: { path: path('notes', 'new.md') } },
      ],
      'Do three': [
        { name: 'get_price', arguments: { product: 'Copper Kettle' } },
        { name: 'get_price', arguments: { product: 'No Such Thing' } },
        { name: 'get_price', arguments: { product: 7 } },
        { name: 'teleport', arguments: {} },
        { name: 'read_text_file', arguments: { path: path('notes', 'new.md') } },
      ],
    }),
  );
});

const endpoint = ({ url }: TeacherStub) => ({ baseUrl: url, model: 'scripted' });
const serve = () => ({ endpoints: { scripted: endpoint(agent) } });
const mcpBench = (more: Partial<SuiteOptions> = {}): SuiteOptions => {
  return { suite: 'mcp-bench', files, systems: ['scripted'], distractors: 10, ...more };
};

async function run(settings: Settings, options: SuiteOptions, context: Context = workspace.context) {
  const events: StageEvent[] = [];
  for await (const event of suite(context, settings, options)) events.push(event);
  return events;
}

async function resultsOf(options: SuiteOptions, context = workspace.context) {
  return suiteResults({ context, choice: options, system: options.systems[0]! });
}
const mcpBenchResults = async (options = mcpBench()) => (await resultsOf(options)) as McpBenchResults;

/** The judge's question as it was put: which task, and the rubric. */
function question({ messages }: StubBody) {
  const text = messages[1]!.content!;
  return { task: /"task told to the agent": "Do (\w+)"/.exec(text)?.[1], rubric: text.slice(text.lastIndexOf('>>>')) };
}
function verdict(points: number): Completion {
  const names = [...['task_fulfillment', 'grounding', 'tool_appropriateness', 'parameter_accuracy']];
  const all = [...names, 'dependency_awareness', 'parallelism_and_efficiency'];
  return { content: JSON.stringify({ reasons: 'so', ...Object.fromEntries(all.map((name) => [name, points])) }) };
}

describe('MCP-Bench', () => {
  test('without a judge: rules are measured on real servers, judged scores are unscored, tasks without their servers are told', async () => {
    const settings = await workspace.configure({ serve: serve() });
    const events = await run(settings, mcpBench());
    const warnings = events.flatMap((event) => (event.type === 'warning' ? event.message : []));
    expect(warnings).toContain(
      '2 of 5 tasks are not run (weather, more weather): no server Weather Data in the catalogue',
    );
    expect(warnings.join('\n')).toContain('on offer to no task, as they may change something');
    const results = await mcpBenchResults();
    expect(results.counts).toEqual({ found: 5, completed: 3, failed: 0, not_run: 2, not_drawn: 0 });
    expect(results).toMatchObject({ system: 'scripted', judge: null, ends: { answer: 3 } });
    const [one, two, three] = results.tasks;
    expect(one).toMatchObject({ task: 'one', rounds: 2, calls: 1, calls_per_server: { filesystem: 1 } });
    expect(two).toMatchObject({ calls: 3, calls_per_server: { memory: 1, filesystem: 2 } });
    expect(two!.rules).toMatchObject({ execution_success_rate: 1, valid_call_failure_rate: 0 });
    // Of five calls four name a tool, three of them fit, one works: the file that another task wrote is not there.
    expect(three!.rules).toEqual({
      valid_tool_name_rate: 0.8,
      input_schema_compliance: 0.75,
      execution_success_rate: 0.2,
      valid_call_failure_rate: 0.75,
      planning_json_compliance: 1,
    });
    expect(three).toMatchObject({ servers: ['filesystem', 'memory', 'shop'], rounds: 6 });
    const { figures, by_servers } = results;
    expect(figures.rules.valid_tool_name_rate).toBeCloseTo(2.8 / 3, 10);
    expect(figures).toMatchObject({ judged: { state: 'unscored' }, overall: { state: 'unscored' } });
    expect(Object.keys(by_servers)).toEqual(['1', '2', '3']);
    expect(suiteTable([results])).toMatch(/scripted +3 +93\.3% .*unscored[\s\S]*not run, 2: no server Weather Data/);
    // The user's own data are as they were.
    expect(readdirSync(join(workspace.folder, 'files', 'notes'))).toEqual(['kettles.md', 'tea.md']);
  });

  test('the agent sees the fuzzy text, the tools of the task and of its distractors, and no more', async () => {
    await run(await workspace.configure({ serve: serve() }), mcpBench());
    const first = agent.requests[0]!.body;
    expect(JSON.stringify(first.messages)).not.toMatch(/In full|first look/);
    const names = first.tools!.map((tool) => tool.function.name);
    expect(names).toEqual(expect.arrayContaining(['list_directory', 'write_file', 'echo', 'list_notes']));
    expect(names).not.toContain('add_note');
    expect(names).not.toContain('get_price');
    agent.requests.splice(0);
    await run(await workspace.configure({ serve: serve() }), mcpBench({ distractors: 0 }));
    const alone = agent.requests[0]!.body.tools!.map((tool) => tool.function.name);
    expect(alone).not.toContain('echo');
  });

  test('a judge: five verdicts with five rubrics, malformed ones left out, of means; it sees what the agent does not', async () => {
    let asked = 0;
    const bad = ['no JSON at all', '{"task_fulfillment": 5}', verdict(11).content!, '{"verdict": null'];
    const judge = await stubOf((body) => {
      const { task } = question(body);
      if (task === 'two') return { content: bad[asked++ % bad.length]! };
      if (task === 'three') return verdict(3);
      asked += 1;
      return asked <= 2 ? { content: bad[asked]! } : verdict(4 + 2 * (asked % 2));
    });
    const settings = await workspace.configure({
      serve: serve(),
      suite: { judge: { ...endpoint(judge), concurrency: 1 } },
    });
    await run(settings, mcpBench());
    const { figures, tasks } = await mcpBenchResults();
    expect(judge.requests).toHaveLength(15);
    const [first] = judge.requests.map(({ body }) => body.messages[1]!.content!);
    expect(first).toMatch(/In full: one[\s\S]*Of one: first look[\s\S]*kettles\.md[\s\S]*I made 1 calls/);
    const ofOne = judge.requests.slice(0, 5).map(({ body }) => question(body).rubric);
    expect(new Set(ofOne).size).toBe(5);
    // Verdicts of 6, 4 and 6.
    expect(tasks[0]!.judged).toMatchObject({
      state: 'scored',
      verdicts: 3,
      of: 5,
      axes: { planning: expect.closeTo(16 / 3, 10) },
    });
    expect(tasks[1]!.judged).toEqual({ state: 'unscored', why: "none of the judge's 5 answers held the six scores" });
    expect(figures.judged).toMatchObject({
      state: 'scored',
      tasks: 2,
      scores: { grounding: expect.closeTo(25 / 6, 10) },
    });
    const { valid_tool_name_rate, input_schema_compliance, execution_success_rate } = figures.rules;
    const rule = (valid_tool_name_rate! + input_schema_compliance! + execution_success_rate!) / 3;
    expect(figures.overall).toEqual({ state: 'scored', value: expect.closeTo((rule + (3 * 25) / 60) / 4, 10) });
  });

  test('what was interrupted goes on: no task is run twice, and nothing judged twice', async () => {
    const settings = await workspace.configure({ serve: serve() });
    for await (const event of suite(workspace.context, settings, mcpBench())) if (event.type === 'progress') break;
    const before = agent.requests.length;
    expect(before).toBe(2);
    const judge = await stubOf(() => verdict(5));
    const withBudget = async (requests: number) =>
      workspace.configure({ serve: serve(), suite: { judge: { ...endpoint(judge), budget: { requests } } } });
    await expect(run(await withBudget(7), mcpBench())).rejects.toThrow(/judge's budget of requests is used up/);
    expect(agent.requests).toHaveLength(before + 4 + 6);
    expect(judge.requests).toHaveLength(7);
    const events = await run(await withBudget(100), mcpBench());
    expect(events.filter(({ type }) => type === 'skipped')).toHaveLength(1);
    expect(agent.requests).toHaveLength(before + 4 + 6);
    expect(judge.requests).toHaveLength(15);
    const again = await run(await withBudget(100), mcpBench());
    expect(again.map(({ type }) => type)).toEqual(['skipped', 'skipped', 'data']);
    // Another judge needs no new runs.
    const other = await stubOf(() => verdict(8));
    await run(await workspace.configure({ serve: serve(), suite: { judge: endpoint(other) } }), mcpBench());
    expect(agent.requests).toHaveLength(before + 4 + 6);
    expect((await mcpBenchResults()).figures.judged).toMatchObject({ axes: { planning: 8 } });
  });

  test('a file of another form takes the place of no interrupted run; tasks that change under a run are not scored', async () => {
    const settings = await workspace.configure({ serve: serve() });
    for await (const event of suite(workspace.context, settings, mcpBench())) if (event.type === 'progress') break;
    await writeFile(files[0]!, '[]');
    await expect(run(settings, mcpBench())).rejects.toThrow('tasks.json: a file of the wrong form');
    await writeFile(files[0]!, JSON.stringify(TASKS));
    const changing = async () => {
      for await (const event of suite(workspace.context, settings, mcpBench())) {
        if (event.type === 'start') expect(event.resumed).toBe(1);
        if (event.type === 'progress') await writeFile(files[0]!, JSON.stringify({ ...TASKS, total_tasks: 1 }));
      }
    };
    await expect(changing()).rejects.toThrow('the tasks changed while scripted was run on them');
    await writeFile(files[0]!, JSON.stringify(TASKS));
    const events = await run(settings, mcpBench());
    expect(events[0]).toMatchObject({ type: 'skipped' });
  });

  test('tasks that fail for another reason than the system’s are tried again, or counted', async () => {
    let down = true;
    const model = scriptedModel({});
    const flaky = await startTeacherStub({
      answer: model,
      fault: ({ body }) =>
        down && JSON.stringify(body.messages).includes('Do two') ? { kind: 'status', status: 403 } : undefined,
    });
    stubs.push(flaky);
    const settings = await workspace.configure({ serve: { endpoints: { scripted: endpoint(flaky) } } });
    await expect(run(settings, mcpBench())).rejects.toThrow(
      /1 of 3 tasks could not be run[\s\S]*two: [\s\S]*--keep-going/,
    );
    const before = flaky.requests.length;
    await run(settings, mcpBench({ keepGoing: true }));
    expect(flaky.requests.length).toBe(before + 1);
    expect(await mcpBenchResults()).toMatchObject({ counts: { completed: 2, failed: 1 }, failed: [{ task: 'two' }] });
    down = false;
    await run(settings, mcpBench({ force: true }));
    expect(await mcpBenchResults()).toMatchObject({ counts: { completed: 3, failed: 0 } });
  });

  test.each<[string, Partial<SuiteOptions>, RegExp]>([
    ['no files', { files: [] }, /no task files are given/],
    ['an unknown system', { systems: ['script'] }, /no such system[\s\S]*did you mean scripted/],
    ['a bundle that is not there', { systems: ['decoupled'] }, /bundle[\s\S]*convert/],
  ])('%s is refused', async (_, options, message) => {
    const settings = await workspace.configure({ serve: serve() });
    await expect(run(settings, mcpBench(options))).rejects.toThrow(message);
  });

  test('where no task can be run it says which servers are missing', async () => {
    await writeFile(files[0]!, JSON.stringify({ server_tasks: TASKS.server_tasks.slice(3) }));
    const settings = await workspace.configure({ serve: serve() });
    await expect(run(settings, mcpBench())).rejects.toThrow(
      /none of the tasks can be run[\s\S]*2 tasks: no server Weather Data/,
    );
    const named = await workspace.configure({ serve: serve(), suite: { servers: { 'Weather Data': 'shop' } } });
    await run(named, mcpBench());
    expect((await mcpBenchResults()).counts).toMatchObject({ found: 2, completed: 2 });
  });
});

describe('ToolFit', () => {
  const toolFit = (): SuiteOptions => ({ ...mcpBench(), suite: 'toolfit', distractors: 0 });
  const line = (id: string, requirements: unknown[], servers?: string[]) =>
    `${JSON.stringify({ id, query: `Do ${id}`, servers, requirements })}\n`;
  const LINES = [
    line('one', [{ listed: 'kettles.md' }, { listed: 'tea.md' }, { listed: 'coffee.md' }], ['filesystem']),
    line('two', [
      { item: 'Ben', field: 'entityType', value: 'person' },
      { content: 'Ben repairs kettles.' },
      { judged: 'a note is written' },
      { judged: 'the note is read again' },
    ]),
    line('silent', [{ content: 'anything' }]),
  ];

  test('requirements are checked by program in what tools answered; those for a judge stay unscored without one', async () => {
    await writeFile(files[0]!, LINES.join(''));
    await run(await workspace.configure({ serve: serve() }), toolFit());
    const { figures, tasks } = (await resultsOf(toolFit())) as ToolFitResults;
    expect(tasks.map(({ coverage }) => coverage)).toEqual([
      { state: 'scored', coverage: 2 / 3, score: 7 },
      { state: 'unscored', why: '2 of 4 requirements have no verdict' },
      { state: 'scored', coverage: 0, score: 0 },
    ]);
    expect(figures).toMatchObject({
      coverage: { tasks: 2, coverage: expect.closeTo(1 / 3, 10), score: 3.5 },
      requirements: { all: 8, satisfied: 4, unscored: 2 },
      by_program: { all: 6, satisfied: 4 },
    });
  });

  test('a judge is asked once for all requirements of a task, and again where it does not answer all', async () => {
    await writeFile(files[0]!, LINES.join(''));
    const answers = [
      { content: '{"verdicts": [{"requirement": 1, "satisfied": true}]}' },
      {
        content: 'Here: {"verdicts": [{"requirement": 2, "satisfied": false}, {"requirement": 1, "satisfied": true}]}',
      },
    ];
    const judge = await stubOf(() => answers.shift()!);
    await run(await workspace.configure({ serve: serve(), suite: { judge: endpoint(judge) } }), toolFit());
    expect(judge.requests).toHaveLength(2);
    const { tasks } = (await resultsOf(toolFit())) as ToolFitResults;
    expect(tasks[1]!.coverage).toEqual({ state: 'scored', coverage: 0.75, score: 8 });
    expect(tasks[1]!.requirements.map(({ by, satisfied }) => [by, satisfied])).toEqual([
      ['program', true],
      ['program', true],
      ['judge', true],
      ['judge', false],
    ]);
  });

  test('without files the held-out traces are the tasks, with the tools that they were offered', async () => {
    const listing = { role: 'tool', content: '[FILE] kettles.md\n[FILE] tea.md' };
    const call = { tool: 'filesystem.list_directory', arguments: { path: join(workspace.folder, 'files', 'notes') } };
    const trace = {
      id: 'held-out',
      messages: [{ role: 'user', content: 'Do one' }, { role: 'assistant', call }, listing],
      tools: ['filesystem.list_directory', 'filesystem.read_text_file'],
      provenance: {
        ...{ writer: 'test', kind: 'single', difficulty: 'easy', family: 'f', executed: true, seed: 1, catalogue: 'c' },
      },
    };
    await completeStage(workspace.folder, 'samples', { 'traces-test.jsonl': JSON.stringify(trace) });
    const options = { ...toolFit(), files: [] };
    await run(await workspace.configure({ serve: serve() }), options);
    expect(agent.requests[0]!.body.tools!.map((tool) => tool.function.name)).toEqual([
      'read_text_file',
      'list_directory',
    ]);
    expect((await resultsOf(options)) as ToolFitResults).toMatchObject({
      figures: { coverage: { tasks: 1, score: 10 }, requirements: { all: 2, satisfied: 2 } },
    });
  });

  test('a line of another form is refused with its place', async () => {
    await writeFile(files[0]!, LINES[0]! + line('bad', [{ shown: 'x' }]));
    const settings = await workspace.configure({ serve: serve() });
    await expect(run(settings, toolFit())).rejects.toThrow(/tasks\.json:2[\s\S]*requirements[\s\S]*\{listed\}/);
    await writeFile(files[0]!, LINES[0]! + LINES[0]!);
    await expect(run(settings, toolFit())).rejects.toThrow(/tasks\.json:2[\s\S]*no line before/);
  });
});

test('base and bundle of random weights are run in the sandbox’s rules, each in a folder of its own', async () => {
  const bundled = await agentWorkspace('', { safe: ['files.*'] });
  const { context, settings } = bundled;
  const bundle = await readFile(join(context.workspace, 'bundle', 'bundle.json'), 'utf8');
  await completeStage(context.workspace, 'bundle', { 'bundle.json': bundle });
  const path = join(context.workspace, 'own.jsonl');
  await writeFile(path, JSON.stringify({ id: 1, query: 'go fast', requirements: [{ content: 'did' }] }));
  const options: SuiteOptions = { suite: 'toolfit', files: [path], systems: ['base', 'decoupled'], distractors: 0 };
  await run(settings, options, context);
  const place = join(context.workspace, 'suites', 'toolfit-tasks');
  const runs = (await readFile(join(place, 'decoupled', 'runs', 'runs.jsonl'), 'utf8')).trimEnd().split('\n');
  const made = runs.flatMap((record) => JSON.parse(record).calls);
  expect(made.length).toBeGreaterThan(0);
  expect((await bundled.calls()).length).toBeGreaterThanOrEqual(made.length);
  const results = await Promise.all(
    options.systems.map((system) => suiteResults({ context, choice: options, system })),
  );
  expect(results.map(({ system, counts }) => [system, counts.completed])).toEqual([
    ['base', 1],
    ['decoupled', 1],
  ]);
  expect(suiteTable(results)).toMatch(/base +1 +1[\s\S]*decoupled +1 +1 +100\.0%/);
});

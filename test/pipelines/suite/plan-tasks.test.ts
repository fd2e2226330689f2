import { expect, test } from 'vitest';
import type { Catalogue, Tool } from '../../../core/tool.ts';
import type { AgentTask } from '../../../pipelines/suite/agent-task.ts';
import { planTasks, type TaskRules } from '../../../pipelines/suite/plan-tasks.ts';
import { makeTool } from '../../fixtures/tools.ts';

function tool(server: string, name: string, readOnlyHint?: boolean): Tool {
  const annotations = readOnlyHint === undefined ? {} : { readOnlyHint };
  return { ...makeTool(name, { type: 'object' }), id: `${server}.${name}`, server, annotations };
}
const SERVERS = ['wiki', 'unit-converter', 'time', 'maps', 'nixos', 'notes'];
const CATALOGUE: Catalogue = {
  version: 1,
  servers: SERVERS.map((name) => ({ name })),
  tools: SERVERS.flatMap((name) => [tool(name, 'look', name !== 'notes'), tool(name, 'change')]),
  hash: 'c',
};
const RULES: TaskRules = {
  settings: { sandbox: { wiki: { copy: ['x'] } }, safe: ['maps.change'] },
  aliases: { 'Time MCP': 'time' },
  distractors: 10,
  seed: 1,
};
const plan = (task: Partial<AgentTask>, rules: Partial<TaskRules> = {}) =>
  planTasks({ tasks: [{ id: 't', query: 'q', ...task }], notRun: [] }, CATALOGUE, { ...RULES, ...rules });
const offered = (...given: Parameters<typeof plan>) => plan(...given).planned[0]?.tools.map(({ id }) => id);

test('names match but for case and punctuation, or as the user says; only what may run is on offer', () => {
  const { planned, leftOut } = plan({
    servers: ['Wiki', 'Unit Converter'],
    residents: ['Time MCP'],
    distractors: ['NixOS', 'Reddit'],
  });
  expect(planned[0]).toMatchObject({ servers: ['wiki', 'unit-converter'], distractors: ['nixos'] });
  expect(planned[0]!.tools.map(({ id }) => id)).toEqual([
    ...['wiki.look', 'wiki.change', 'unit-converter.look', 'time.look', 'nixos.look'],
  ]);
  expect(leftOut).toEqual(['unit-converter.change', 'time.change', 'nixos.change', 'notes.look', 'notes.change']);
});

test('named distractors come in their order, others are drawn by the seed; one that the task needs is none', () => {
  const named = { servers: ['wiki'], distractors: ['Maps', 'wiki', 'NixOS'] };
  expect(plan(named, { distractors: 1 }).planned[0]!.distractors).toEqual(['maps']);
  expect(plan(named).planned[0]!.distractors).toEqual(['maps', 'nixos']);
  const drawn = (seed: number) => plan({ servers: ['wiki'] }, { distractors: 2, seed }).planned[0]!.distractors;
  expect(drawn(1)).toEqual(drawn(1));
  expect(new Set([1, 2, 3, 4, 5, 6].map((seed) => drawn(seed).join())).size).toBeGreaterThan(1);
  expect(drawn(1)).not.toContain('notes');
  expect(offered({ servers: ['wiki'] }, { distractors: 0 })).toEqual(['wiki.look', 'wiki.change']);
});

test('a task that names tools is offered those, one that names no server all', () => {
  expect(offered({ servers: ['wiki'], tools: ['wiki.look'] }, { distractors: 0 })).toEqual(['wiki.look']);
  expect(offered({})).toHaveLength(7);
});

test('tasks that cannot be run are told by reason, others may not be drawn', () => {
  const tasks = ['a', 'b', 'c', 'd', 'e', 'f'].map((id): AgentTask => ({ id, query: 'q', servers: ['wiki'] }));
  const missing = (id: string) => ({ id, query: 'q', servers: ['wiki', 'Weather Data', 'Reddit'] });
  const found = {
    tasks: [missing('x'), ...tasks, missing('y'), { id: 'z', query: 'q', servers: ['notes'] }],
    notRun: [{ why: 'before', tasks: ['w'] }],
  };
  const made = planTasks(found, CATALOGUE, { ...RULES, limit: 2 });
  expect(made.planned).toHaveLength(2);
  expect(made.notDrawn).toBe(4);
  expect(made.notRun).toEqual([
    { why: 'before', tasks: ['w'] },
    { why: 'no server Weather Data, Reddit in the catalogue', tasks: ['x', 'y'] },
    { why: expect.stringContaining('no tool of the server notes may run'), tasks: ['z'] },
  ]);
});

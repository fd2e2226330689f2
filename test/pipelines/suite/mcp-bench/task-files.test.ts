import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMcpBenchTasks } from '../../../../pipelines/suite/mcp-bench/task-files.ts';

const folder = await mkdtemp(join(tmpdir(), 'mcp-bench-'));

async function write(name: string, groups: unknown): Promise<string> {
  const path = join(folder, name);
  // `total_tasks` is 0 in the published files.
  const file = { generation_info: { status: 'completed' }, server_tasks: groups, total_tasks: 0 };
  await writeFile(path, JSON.stringify(file));
  return path;
}

const task = (task_id: string, more: object = {}) => ({
  task_id,
  task_description: `Call Wikipedia:search_wikipedia for ${task_id}.`,
  fuzzy_description: `I wonder about ${task_id}.`,
  dependency_analysis: 'search, then read',
  distraction_servers: ['NixOS', 'Time MCP'],
  ...more,
});
const group = (servers: string[], tasks: object[], combination_type: string) => ({
  server_name: servers.join('+'),
  tasks,
  servers,
  combination_name: 'Some',
  combination_type,
});

test('files of one, two and three servers are read as they are published', async () => {
  const files = [
    await write('single.json', [group(['Wikipedia'], [task('wikipedia_000'), task('wikipedia_001')], 'single_server')]),
    await write('two.json', [group(['Paper Search', 'BioMCP'], [task('two_000')], 'two_server_combinations')]),
    await write('three.json', [group(['A', 'B', 'C'], [task('three_000')], 'three_server_combinations')]),
  ];
  const tasks = await readMcpBenchTasks(files);
  expect(tasks.map(({ id, servers }) => [id, servers.length])).toEqual([
    ['wikipedia_000', 1],
    ['wikipedia_001', 1],
    ['two_000', 2],
    ['three_000', 3],
  ]);
  expect(tasks[2]).toEqual({
    id: 'two_000',
    query: 'I wonder about two_000.',
    servers: ['Paper Search', 'BioMCP'],
    residents: ['Time MCP'],
    distractors: ['NixOS', 'Time MCP'],
    concrete: 'Call Wikipedia:search_wikipedia for two_000.',
    dependencies: 'search, then read',
  });
});

test('what a task may lack: servers are those of the name, the query is the task in full, distractors are any', async () => {
  const bare = { task_id: 'x', task_description: 'Do it.', fuzzy_description: ' ', dependency_analysis: null };
  const [read] = await readMcpBenchTasks([await write('bare.json', [{ server_name: 'A + B', tasks: [bare] }])]);
  expect(read).toMatchObject({ servers: ['A', 'B'], query: 'Do it.', dependencies: '', distractors: undefined });
});

test('an id that is there twice is refused, naming both files', async () => {
  const one = await write('one.json', [group(['A'], [task('same')], 'single_server')]);
  const other = await write('other.json', [group(['B'], [task('same')], 'single_server')]);
  await expect(readMcpBenchTasks([one, other])).rejects.toThrow(
    /other\.json: the task same is there twice[\s\S]*one\.json/,
  );
  await expect(readMcpBenchTasks([one, one])).rejects.toThrow(/twice in this file/);
});

test('another form is refused with the place in it', async () => {
  const path = await write('bad.json', [group(['A'], [{ task_id: 'a' }], 'single_server')]);
  await expect(readMcpBenchTasks([path])).rejects.toThrow(/bad\.json[\s\S]*server_tasks[\s\S]*task_description/);
  await expect(readMcpBenchTasks([join(folder, 'none.json')])).rejects.toThrow(/none\.json: cannot read/);
});

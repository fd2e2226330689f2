import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Decision } from '../../../core/agent-event.ts';
import type { LiveServers } from '../../../runtime/agent/live-servers.ts';
import {
  calls,
  collect,
  type LiveWorkspace,
  liveWorkspace,
  ofType,
  referenceServer,
  says,
  scriptedAgent,
} from '../../fixtures/scripted-agent.ts';

let workspace: LiveWorkspace;
let live: LiveServers;
beforeAll(async () => {
  workspace = await liveWorkspace(async (folder) => {
    await mkdir(join(folder, 'files', 'notes'), { recursive: true });
    await writeFile(join(folder, 'files', 'notes', 'lanterns.md'), 'The lanterns belong to Ada Moss.\n');
    await writeFile(join(folder, 'files', 'notes', 'kettles.md'), 'The kettles belong to Ben Reed.\n');
    return {
      filesystem: referenceServer('server-filesystem', ['.'], { cwd: join(folder, 'files') }),
      memory: referenceServer('server-memory', [], { env: { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') } }),
    };
  });
  live = await workspace.open();
});
afterAll(() => live?.[Symbol.asyncDispose]());

const owner = (text: string) => /belong to ([\w ]+)\./.exec(text)![1]!;

test('a task over two servers: each step knows what the ones before brought', async () => {
  const asked: [string, string][] = [];
  const ask = async ({ tool, effect }: { tool: string; effect: string }): Promise<Decision> => {
    asked.push([tool, effect]);
    return 'yes';
  };
  const agent = scriptedAgent(
    live,
    [
      calls('search_files', { path: '.', pattern: '**/lanterns*' }),
      calls('read_text_file', (found) => ({ path: found.trim() })),
      calls('create_entities', (text) => ({
        entities: [{ name: owner(text), entityType: 'person', observations: ['owns the lanterns'] }],
      })),
      calls('open_nodes', (created) => ({ names: [/"name": "([^"]+)"/.exec(created)![1]] })),
      says((opened) => `Remembered: ${/"name": "([^"]+)"/.exec(opened)![1]}`),
      calls('read_graph'),
      says((graph) => (graph.includes('Ada Moss') ? 'Ada Moss is still known.' : 'lost')),
    ],
    { permission: { ask } },
  );
  const events = await collect(agent.answer('Who owns the lanterns? Remember it.'));
  expect(events.map(({ type }) => type).join(' ')).toBe(
    [
      ...['selected arguments result', 'selected arguments result'],
      ...['selected arguments asks decided result', 'selected arguments result', 'selected answer'],
    ].join(' '),
  );
  expect(events.at(-1)).toMatchObject({ type: 'answer', step: 5, text: 'Remembered: Ada Moss', cut: false });
  expect(ofType(events, 'result').every(({ executed, isError }) => executed && !isError)).toBe(true);
  expect(asked).toEqual([['memory.create_entities', 'adds']]);
  expect(await readFile(join(workspace.folder, 'memory.jsonl'), 'utf8')).toContain('"name":"Ada Moss"');
  // The next query of a conversation knows what came before.
  const next = await collect(agent.answer('Is she known?'));
  expect(next.at(-1)).toMatchObject({ text: 'Ada Moss is still known.' });
  expect(
    agent.requests
      .at(-1)!
      .turns.map(({ role }) => role)
      .join(' '),
  ).toBe('user assistant assistant assistant assistant assistant user assistant');
});

test('an error of a tool is a result like any other: the model may make up for it', async () => {
  const agent = scriptedAgent(live, [
    calls('read_text_file', { path: 'notes/lantern.md' }),
    calls('list_directory', { path: 'notes' }),
    calls('read_text_file', { path: 'notes/lanterns.md' }),
    says(owner),
  ]);
  const events = await collect(agent.answer('Who owns the lanterns?'));
  expect(ofType(events, 'result').map(({ isError }) => isError)).toEqual([true, false, false]);
  expect(events.at(-1)).toMatchObject({ type: 'answer', text: 'Ada Moss' });
});

test('the user declines: the model is told, nothing is written, and the same is not asked again', async () => {
  let asked = 0;
  const write = calls('write_file', { path: 'notes/new.md', content: 'x' });
  const agent = scriptedAgent(live, [write, write, says((last) => last)], {
    permission: { ask: async () => (asked++ === 0 ? 'no' : 'yes') },
  });
  const events = await collect(agent.answer('Write a note.'));
  expect(events.at(-1)).toMatchObject({ text: 'The user declined this call.' });
  expect(ofType(events, 'result').map(({ executed }) => executed)).toEqual([false, false]);
  expect(asked).toBe(1);
  await expect(readFile(join(workspace.folder, 'files', 'notes', 'new.md'))).rejects.toThrow('ENOENT');
  // With another query it may be wanted.
  await collect(
    scriptedAgent(live, [write, says('done')], { permission: { ask: async () => 'yes' } }).answer('Write.'),
  );
  expect(await readFile(join(workspace.folder, 'files', 'notes', 'new.md'), 'utf8')).toBe('x');
});

test('`always` holds for this tool and for later queries, not for other tools', async () => {
  const asked: string[] = [];
  const ask = async ({ name }: { name: string }): Promise<Decision> => {
    asked.push(name);
    return 'always';
  };
  const write = (path: string) => calls('write_file', { path, content: path });
  const steps = [write('a.md'), write('b.md'), calls('create_directory', { path: 'new' }), says('one'), write('c.md')];
  const agent = scriptedAgent(live, [...steps, says('two')], { permission: { ask } });
  await collect(agent.answer('Write.'));
  expect((await collect(agent.answer('Write more.'))).at(-1)).toMatchObject({ text: 'two' });
  expect(asked).toEqual(['write_file', 'create_directory']);
});

test.each<[string, { all?: boolean; safe?: string[] }]>([
  ['--yes', { all: true }],
  ['the tool is called safe', { safe: ['filesystem.write_file'] }],
  ['its server is', { safe: ['filesystem.*'] }],
])('nobody is asked where %s', async (_, permission) => {
  const steps = [calls('write_file', { path: 'safe.md', content: 'y' }), says('done')];
  const events = await collect(scriptedAgent(live, steps, { permission }).answer('Write.'));
  expect(ofType(events, 'asks')).toEqual([]);
  expect(events.at(-1)).toMatchObject({ type: 'answer', text: 'done' });
});

test('where nobody can be asked the call is refused, and where the user quits nothing is called', async () => {
  const steps = [calls('move_file', { source: 'notes/kettles.md', destination: 'gone.md' })];
  const refused = await collect(scriptedAgent(live, steps).answer('Move it.'));
  expect(refused.at(-1)).toMatchObject({
    type: 'stopped',
    reason: 'refused',
    message: expect.stringMatching(/--yes.*`safe`/),
  });
  const quit = await collect(
    scriptedAgent(live, steps, { permission: { ask: async () => 'quit' } }).answer('Move it.'),
  );
  expect(quit.at(-1)).toMatchObject({ type: 'stopped', reason: 'quit' });
  expect(await readFile(join(workspace.folder, 'files', 'notes', 'kettles.md'), 'utf8')).toContain('Ben Reed');
});

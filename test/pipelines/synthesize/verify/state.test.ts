import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import type { Context } from '../../../../core/context.ts';
import { hashFolder } from '../../../../core/manifest.ts';
import { discover } from '../../../../pipelines/discover.ts';
import { loadSettings } from '../../../../pipelines/settings.ts';
import { synthesize } from '../../../../pipelines/synthesize.ts';
import { scripted } from '../../../fixtures/scripted-config.ts';

/** A server with a tool that says it is read-only and writes, and one that paints red what may be red already. */

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let context: Context;

async function run(more: Partial<Context> = {}, state = true) {
  const own = { ...context, ...more };
  const settings = await loadSettings(own);
  settings.synthesize.verify.state = state;
  const warnings: string[] = [];
  for await (const event of synthesize(own, settings, { force: true }))
    if (event.type === 'warning') warnings.push(event.message);
  const read = (name: string) => readFile(join(own.workspace, 'traces', name), 'utf8');
  return { warnings, rejects: JSON.parse(await read('rejects.json')), traces: await read('traces.jsonl') };
}

beforeAll(async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'state-'));
  await writeFile(join(workspace, 'wall.txt'), 'red\n');
  const servers = {
    wall: { command: process.execPath, args: [...scripted('liar').args, join(workspace, 'wall.txt')] },
  };
  await writeFile(join(workspace, 'servers.json'), JSON.stringify({ mcpServers: servers }));
  await writeFile(
    join(workspace, 'workspace.yaml'),
    'sandbox: { wall: { copy: [wall.txt], restart: false } }\nsynthesize: { tracesPerTool: 4, chains: 0, respond: 0, parallel: 4, recovery: 0, clarify: 0 }\n',
  );
  context = { workspace, env: {}, serverEnv: { PATH: process.env.PATH ?? '' }, signal: new AbortController().signal };
  for await (const _ of discover(context, await loadSettings(context)));
});

const LIE = 'wall.peek: says that it is read-only, and changed its data';

test('a tool that says it is read-only and writes has no traces, and one that changes nothing is another call', async () => {
  const { warnings, rejects, traces } = await run();
  expect(rejects[LIE]).toBeGreaterThan(0);
  expect(rejects['wall.paint: changed nothing']).toBeGreaterThan(0);
  expect(warnings.filter((message) => message.includes('server wall'))).toHaveLength(1);
  expect(warnings.join()).toContain('wall.peek says that it is read-only');
  expect(traces).not.toContain('wall.peek","arguments');
  expect(traces).toContain('"colour":"blue"');
  // Behind a call that makes the wall blue it does something.
  const alone = traces.split('\n').filter((line) => line.includes('"kind":"single"'));
  expect(alone.join()).not.toContain('"colour":"red"');
  expect(traces).toContain('wall.echo","arguments');
  expect(await readFile(join(context.workspace, 'wall.txt'), 'utf8')).toBe('red\n');
});

test('a replay decides as the recording did', async () => {
  const path = join(context.workspace, 'wall.cassette.jsonl');
  await run({ cassette: { path, mode: 'record' } });
  const recorded = await hashFolder(join(context.workspace, 'traces'));
  const { rejects } = await run({ cassette: { path, mode: 'replay' } });
  expect(rejects[LIE]).toBeGreaterThan(0);
  expect(await hashFolder(join(context.workspace, 'traces'))).toEqual(recorded);
});

test('without the check all are kept', async () => {
  const { rejects, traces } = await run({}, false);
  expect(Object.keys(rejects).filter((reason) => /changed/.test(reason))).toEqual([]);
  expect(traces).toContain('wall.peek","arguments');
  expect(traces).toContain('"colour":"red"');
});

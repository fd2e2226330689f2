import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { isAlive } from '../../../core/process-alive.ts';
import type { LiveServers } from '../../../runtime/agent/live-servers.ts';
import {
  calls,
  collect,
  fixtureServer,
  type LiveWorkspace,
  liveWorkspace,
  ofType,
  says,
  scriptedAgent,
} from '../../fixtures/scripted-agent.ts';

const opened: LiveServers[] = [];
afterEach(async () => {
  for (const live of opened.splice(0)) await live[Symbol.asyncDispose]();
});

const tool = (name: string, more: object = {}) => ({
  name,
  description: `Does ${name}.`,
  inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  annotations: { readOnlyHint: true },
  ...more,
});

/** Servers that list tools of files, which tests may change. */
async function listing(modes: Record<string, string>): Promise<LiveWorkspace> {
  return liveWorkspace(async (folder) => {
    const servers = await Promise.all(
      Object.entries(modes).map(async ([name, mode]) => {
        await writeFile(join(folder, `${name}.json`), JSON.stringify([tool(`${name}_one`), tool(`${name}_two`)]));
        const paths = [join(folder, `${name}.json`), join(folder, `${name}.log`)];
        return [name, fixtureServer('listed.ts', ...paths, mode)] as const;
      }),
    );
    return Object.fromEntries(servers);
  });
}

async function open(workspace: LiveWorkspace, more: Parameters<LiveWorkspace['open']>[0] = {}): Promise<LiveServers> {
  const live = await workspace.open(more);
  opened.push(live);
  return live;
}

const list = (workspace: LiveWorkspace, name: string, tools: unknown[]) =>
  writeFile(join(workspace.folder, `${name}.json`), JSON.stringify(tools));
const pidsOf = async (workspace: LiveWorkspace, name: string) =>
  (await readFile(join(workspace.folder, `${name}.log`), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => Number(line.split(' ')[0]));

test('tools as they were are on offer, without a word', async () => {
  const workspace = await listing({ good: '', other: '' });
  const { tools, warnings } = await open(workspace);
  expect(tools).toEqual(workspace.catalogue.tools);
  expect(warnings).toEqual([]);
  const { tools: fewer } = await open(workspace, { exclude: ['good.good_one'] });
  expect(fewer.map(({ id }) => id)).toEqual(['good.good_two', 'other.other_one', 'other.other_two']);
});

test('each change of a tool is told and leaves it out; the others go on', async () => {
  const workspace = await listing({ good: '', other: '' });
  const described = tool('good_one', { description: 'Does it otherwise.' });
  await list(workspace, 'good', [described, tool('good_two', { annotations: {} }), tool('good_three')]);
  const number = { inputSchema: { type: 'object', properties: { text: { type: 'number' } } } };
  await list(workspace, 'other', [tool('other_one', number), tool('other_two')]);
  const { tools, warnings } = await open(workspace);
  expect(tools.map(({ id }) => id)).toEqual(['other.other_two']);
  expect(warnings).toEqual([
    expect.stringMatching(/^good\.good_one has changed \(description\).*stale.*pnpm pipeline run/),
    expect.stringMatching(/^good\.good_two has changed \(annotations\)/),
    'server good has new tools, which the adapters do not know: good_three',
    expect.stringMatching(/^other\.other_one has changed \(parameters\)/),
  ]);
});

test.each<[string, unknown[], RegExp]>([
  ['gone', [tool('good_two')], /good\.good_one is gone/],
  ['broken', [tool('good_one', { inputSchema: 'none' }), tool('good_two')], /good\.good_one is broken/],
  ['listed twice', [tool('good_one'), tool('good_one', { description: 'Evil.' }), tool('good_two')], /is listed twice/],
])('a tool that is %s is left out', async (_, listed, warning) => {
  const workspace = await listing({ good: '' });
  await list(workspace, 'good', listed);
  const { tools, warnings } = await open(workspace);
  expect(tools.map(({ name }) => name)).toEqual(['good_two']);
  expect(warnings).toEqual([expect.stringMatching(warning)]);
});

test('a server that does not start, or is in the file no more, is left out; without any tool it is an error', async () => {
  const workspace = await listing({ good: '', other: '', third: '' });
  const good = fixtureServer('listed.ts', ...['good.json', 'good.log'].map((name) => join(workspace.folder, name)));
  await workspace.write({ good, other: { command: process.execPath, args: ['-e', 'process.exit(3)'] } });
  const { tools, warnings } = await open(workspace);
  expect(tools.map(({ server }) => server)).toEqual(['good', 'good']);
  expect(warnings).toEqual([
    expect.stringMatching(/^server other is left out: .*ended while starting/),
    expect.stringMatching(/^server third is left out: .*has no such server/),
  ]);
  await workspace.write({ unknown: good });
  await expect(workspace.open()).rejects.toThrow(/no tool of the catalogue can be used(.|\n)*server good is left out/);
});

test('a server that dies is started anew for the next call', async () => {
  const workspace = await listing({ good: 'flaky' });
  const live = await open(workspace);
  const steps = [calls('good_one', { text: 'a' }), calls('good_one', { text: 'a' }), says((last) => last)];
  const events = await collect(scriptedAgent(live, steps).answer('go'));
  expect(ofType(events, 'warning')).toEqual([
    { type: 'warning', message: expect.stringContaining('ended while calling') },
  ]);
  expect(ofType(events, 'result').map(({ content, isError }) => [content, isError])).toEqual([
    ['Error: the call failed: ended while calling good_one.', true],
    ['did good_one', false],
  ]);
  expect(events.at(-1)).toMatchObject({ type: 'answer', text: 'did good_one' });
  expect(new Set(await pidsOf(workspace, 'good')).size).toBe(2);
});

test('one that always dies ends the agent, not the command; one whose tool changed on the way is not called', async () => {
  const workspace = await listing({ good: 'dies' });
  const live = await open(workspace);
  const dying = await collect(scriptedAgent(live, [calls('good_one', { text: 'a' })]).answer('go'));
  expect(dying.at(-1)).toMatchObject({ reason: 'repeated' });
  await list(workspace, 'good', [tool('good_one', { description: 'Evil.' }), tool('good_two')]);
  const changed = await collect(scriptedAgent(live, [calls('good_one', { text: 'b' }), says('end')]).answer('go'));
  expect(ofType(changed, 'result')).toMatchObject([{ isError: true, content: expect.stringContaining('no longer') }]);
  expect(await pidsOf(workspace, 'good')).toHaveLength(3);
});

test('a call has a time limit', async () => {
  const live = await open(await listing({ good: 'slow' }), { timeoutMs: 300 });
  const steps = [calls('good_one', { text: 'a' }), says((last) => last)];
  const events = await collect(scriptedAgent(live, steps).answer('go'));
  expect(events.at(-1)).toMatchObject({ type: 'answer', text: expect.stringContaining('gave no answer in 0.3 s') });
});

test('five million characters do no harm', async () => {
  const live = await open(await listing({ good: 'loud' }));
  const events = await collect(scriptedAgent(live, [calls('good_one', { text: 'a' }), says('enough')]).answer('go'));
  const [result] = ofType(events, 'result');
  expect(result!.content.length).toBeLessThanOrEqual(1_000_000);
  expect(result!.shown).toBeLessThan(16_000);
  expect(events.at(-1)).toMatchObject({ text: 'enough' });
});

test('stopped in the middle of a call it ends at once, and no process is left', async () => {
  const workspace = await listing({ good: 'slow', other: '' });
  const controller = new AbortController();
  const live = await open(workspace, { signal: controller.signal });
  const agent = scriptedAgent(live, [calls('other_one', { text: 'a' }), calls('good_one', { text: 'a' })], {
    signal: controller.signal,
  });
  const answering = collect(agent.answer('go'));
  answering.catch(() => {});
  for (let made = 0; made === 0; await sleep(10)) made = (await pidsOf(workspace, 'good').catch(() => [])).length;
  const started = performance.now();
  controller.abort(new Error('stopped by the user'));
  await expect(answering).rejects.toThrow('stopped by the user');
  expect(performance.now() - started).toBeLessThan(1000);
  await live[Symbol.asyncDispose]();
  const pids = [...(await pidsOf(workspace, 'good')), ...(await pidsOf(workspace, 'other'))];
  expect(pids.map(isAlive)).toEqual([false, false]);
});

test('stopped while servers start, none is left', async () => {
  const workspace = await listing({ good: '' });
  const controller = new AbortController();
  const opening = workspace.open({ signal: controller.signal });
  controller.abort(new Error('stopped by the user'));
  await expect(opening).rejects.toThrow('stopped by the user');
});

import { expect, test } from 'vitest';
import { ToolkitError } from '../../../core/errors.ts';
import type { Tool } from '../../../core/tool.ts';
import { stepsOf } from '../../../core/trace.ts';
import { SettingsSchema } from '../../../pipelines/settings.ts';
import { chainPairs, makeChain } from '../../../pipelines/synthesize/chain.ts';
import { modelOf } from '../../../pipelines/synthesize/concepts.ts';
import { makeSingle } from '../../../pipelines/synthesize/single.ts';
import { probeServer, type ServerState } from '../../../pipelines/synthesize/state.ts';
import type { Workshop } from '../../../pipelines/synthesize/workshop.ts';
import type { Sandbox, SandboxResult } from '../../../runtime/sandbox.ts';
import { requiringTool } from '../../fixtures/requiring-tool.ts';

const string = { type: 'string' };

function tool(name: string, description: string, properties: Record<string, unknown>, readOnlyHint = false): Tool {
  return requiringTool(name, description, properties, { readOnlyHint });
}
const read = modelOf(tool('read_file', 'Read a file.', { path: string }, true));
const write = modelOf(tool('write_file', 'Write a new file.', { path: string, content: { ...string, maxLength: 40 } }));

function workshop(call: Sandbox['call']): Workshop {
  const close = async () => {};
  const sandbox: Sandbox = { mayExecute: () => true, call, reset: close, close, [Symbol.asyncDispose]: close };
  const state: ServerState = {
    files: ['a.txt', 'b.txt'],
    folders: ['sub'],
    collections: [],
    textOf: async () => 'text',
  };
  return {
    settings: SettingsSchema.parse({}),
    catalogue: { version: 1, servers: [], tools: [read.tool, write.tool], hash: '' },
    sandbox,
    models: [read, write],
    states: new Map([['s', state]]),
    isUsed: () => false,
    rejects: new Map(),
    worked: new Set(),
  };
}

const say = (content: string): SandboxResult => ({ executed: true, content, isError: false });
const failing = (kind: 'failed' | 'environment') => async (): Promise<SandboxResult> => {
  throw new ToolkitError({ kind, what: 'ended while calling' });
};

test('a call that breaks its server is a reject, and the trace is given up after a few', async () => {
  const { trace, rejects } = await makeSingle(workshop(failing('failed')), read, 0);
  expect(trace).toBeUndefined();
  expect(rejects).toEqual({ 's.read_file: its server ended': 3 });
  const { sandbox } = workshop(failing('failed'));
  expect(await (await probeServer(sandbox, [read])).textOf('a.txt')).toBeUndefined();
});

test('a silent tool is given up for the whole run after three calls in all', async () => {
  let calls = 0;
  const silence = Object.assign(new Error('Request timed out'), { code: -32001, data: { timeout: 60_000 } });
  const silent = workshop(async () => {
    calls += 1;
    throw new ToolkitError({ kind: 'failed', what: 'gave no answer', cause: silence });
  });
  const reason = 's.read_file: its server gave no answer';
  const { rejects } = await makeSingle({ ...silent, rejects: new Map([[reason, 1]]) }, read, 0);
  expect(rejects).toEqual({ [reason]: 2 });
  const later = { ...silent, rejects: new Map([[reason, 3]]) };
  expect(await makeSingle(later, read, 1)).toEqual({ rejects: {} });
  expect(await makeChain(later, chainPairs([read, write]), 0)).toEqual({ rejects: {} });
  expect(calls).toBe(2);
  const state = await probeServer(silent.sandbox, [read]);
  const probed = calls;
  for (const path of ['a', 'b', 'c', 'd', 'e']) await state.textOf(path);
  expect(calls - probed).toBeLessThanOrEqual(3);
});

test('a server that does not start ends the run', async () => {
  await expect(makeSingle(workshop(failing('environment')), read, 0)).rejects.toMatchObject({ kind: 'environment' });
});

test('the second call of a chain is carried out once, as the trace tells it', async () => {
  const calls: { toolId: string; args: Record<string, unknown> }[] = [];
  const recording = workshop(async (toolId, args) => {
    calls.push({ toolId, args });
    return say(toolId === 's.read_file' ? 'the text found' : `written: ${args.content}`);
  });
  const { trace } = await makeChain(recording, chainPairs([read, write]), 0);
  const second = stepsOf(trace!)[1]!.call!;
  expect(calls.at(-1)).toEqual({ toolId: 's.write_file', args: second.arguments });
  expect(second.arguments.content).toBe('the text found');
  expect(trace!.messages[4]!.content).toBe('written: the text found');
  expect(calls.filter(({ toolId }) => toolId === 's.write_file')).toHaveLength(1);
});

test('a text that does not fit the second tool is no chain', async () => {
  const written: unknown[] = [];
  const recording = workshop(async (toolId, { content }) => {
    if (toolId === 's.write_file') written.push(content);
    return say('a text found that is longer than forty characters');
  });
  expect((await makeChain(recording, chainPairs([read, write]), 0)).trace).toBeUndefined();
  expect(written).toEqual([]);
});

test('values that the user gave are the ones that are drawn, also to look what a server holds', async () => {
  const git = tool('git_log', 'Shows the log of a repository.', { repository: string, word: string }, true);
  const model = modelOf(git, { 's.*': { repository: ['notes'], word: ['x'] }, 's.git_log': { word: ['a', 'b'] } });
  const seen: unknown[] = [];
  const given = workshop(async (_, args) => {
    seen.push(args);
    return say('a log');
  });
  await probeServer(given.sandbox, [model]);
  const { trace } = await makeSingle(given, model, 0);
  expect(seen[0]).toEqual({ repository: 'notes', word: 'a' });
  expect(stepsOf(trace!)[0]!.call!.arguments).toEqual({
    repository: 'notes',
    word: expect.stringMatching(/^[ab]$/),
  });
});

test('a value that was hidden is no argument', async () => {
  const model = modelOf(tool('use_key', 'Use a key.', { key: string }), { 's.use_key': { key: ['[redacted]'] } });
  const { trace, rejects } = await makeSingle(
    workshop(async () => say('ok')),
    model,
    0,
  );
  expect(trace).toBeUndefined();
  expect(Object.keys(rejects)).toEqual(['s.use_key: a value would be a secret']);
});

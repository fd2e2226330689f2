import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sandboxWarnings } from '../../../pipelines/open-sandbox.ts';
import { SettingsSchema } from '../../../pipelines/settings.ts';
import { focusWarnings, settingsWarnings } from '../../../pipelines/synthesize/settings-warnings.ts';
import { CATALOGUE } from '../../datasets/made-up-traces.ts';

const warningsOf = (settings: unknown) =>
  settingsWarnings(SettingsSchema.parse(settings), CATALOGUE, { mayExecute: () => true });

test('values for what no tool has, and values that no tool allows, are told', () => {
  const values = {
    'files.move_file': { sourc: ['a'], source: ['a'], destination: [7] },
    'files.*': { path: ['a'], head: ['three'] },
    'memory.create_entities': { entities: [[{ entityType: 'person' }], [{ name: 'Ann' }]] },
  };
  expect(warningsOf({ synthesize: { values } })).toEqual([
    '`synthesize.values.files.move_file.sourc`: there is no such parameter: did you mean source?',
    expect.stringMatching(/^`synthesize.values.files.move_file.destination` names 7, which does not fit: .*string/),
    expect.stringMatching(/^`synthesize.values.files.\*.head` names "three", which does not fit: .*number/),
    expect.stringMatching(/^`synthesize.values.memory.create_entities.entities` names .*"person".*name/),
  ]);
});

test('what is excluded and still in the catalogue is told', () => {
  expect(warningsOf({ tools: { exclude: ['files.move_file', 'memory.*', 'files.gone'] } })).toEqual([
    expect.stringMatching(/names files.move_file, memory.create_entities, memory.search_nodes, .*discover/),
  ]);
});

test('confusions of tools that are not there are told', () => {
  const known = { gold: 'files.read_text', predicted: null, count: 2 };
  const foreign = { gold: 'files.read_text', predicted: 'shop.read', count: 1 };
  expect(focusWarnings([known], CATALOGUE)).toEqual([]);
  expect(focusWarnings([known, foreign], CATALOGUE)).toEqual([
    expect.stringMatching(/1 of 2 confusions .*shop\.read$/),
  ]);
});

test('a path in the env of a server that nobody copies is told', async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'warnings-'));
  await writeFile(join(workspace, 'memory.jsonl'), '');
  const env = { MEMORY_FILE_PATH: join(workspace, 'memory.jsonl'), LOG: join(workspace, 'new.log'), MODE: 'fast' };
  const server = { command: 'node', args: ['server.js'], env };
  await writeFile(join(workspace, 'servers.json'), JSON.stringify({ mcpServers: { memory: server, other: server } }));
  const context = { workspace, env: {}, serverEnv: {}, signal: new AbortController().signal };
  const told = async (memory: unknown) => sandboxWarnings(context, SettingsSchema.parse({ sandbox: { memory } }));
  const names = (warnings: readonly string[]) => warnings.map((text) => text.split(' ')[1]);
  expect(names(await told({ restart: true }))).toEqual(['MEMORY_FILE_PATH', 'LOG']);
  expect(names(await told({ copy: ['memory.jsonl'] }))).toEqual(['LOG']);
  expect(await told({ copy: [workspace] })).toEqual([]);
  expect(await told({ reset: ['true'] })).toEqual([]);
});

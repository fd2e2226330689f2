import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeJsonFile } from '../../../core/json-file.ts';
import { difference, ManifestSchema, type StagePlan } from '../../../core/manifest.ts';
import { type EvaluateOptions, planEvaluate } from '../../../pipelines/evaluate.ts';
import { SettingsSchema } from '../../../pipelines/settings.ts';
import { makeTool } from '../../fixtures/tools.ts';

async function place() {
  const workspace = await mkdtemp(join(tmpdir(), 'plan-'));
  const about = {
    version: 1,
    stage: 'test',
    inputs: {},
    settings: {},
    seed: 1,
    toolVersions: {},
    counts: {},
    files: {},
  };
  for (const folder of ['catalogue', 'samples', 'bundle'])
    await writeJsonFile(join(workspace, folder, 'manifest.json'), { ...about, hash: folder });
  await writeCatalogue(workspace, 1);
  const queries = join(workspace, 'queries.jsonl');
  await writeFile(queries, '');
  const context = { workspace, env: {}, serverEnv: {}, signal: new AbortController().signal };
  const plan = (settings: object = {}, choice?: EvaluateOptions) =>
    planEvaluate(context, SettingsSchema.parse(settings), choice);
  return { workspace, queries, plan };
}

async function writeCatalogue(workspace: string, tools: number): Promise<void> {
  const made = Array.from({ length: tools }, (_, at) => makeTool(`tool_${at}`, { type: 'object' }));
  const catalogue = { version: 1, servers: [], tools: made, hash: 'h' };
  await writeJsonFile(join(workspace, 'catalogue', 'catalogue.json'), catalogue);
}

test('another evaluation with another hierarchy, where there are tools enough to choose from', async () => {
  const { workspace, plan } = await place();
  const off = { serve: { hierarchy: { use: 'off' } } };
  expect(changed(await plan(), await plan(off))).toBeUndefined();
  await writeCatalogue(workspace, 51);
  expect(changed(await plan(), await plan(off))).toBe('its settings changed');
});

test.each([
  ['what may be executed', { safe: ['files.write'] }],
  ['the sandbox', { sandbox: { files: { copy: ['files'] } } }],
  ['the length of prompts', { contextLength: 100 }],
])('another evaluation where %s is another', async (_name, settings) => {
  const { plan } = await place();
  expect(changed(await plan(), await plan({}))).toBeUndefined();
  expect(changed(await plan(), await plan(settings))).toBe('its settings changed');
});

test('own queries and chosen systems have folders of their own', async () => {
  const { workspace, queries, plan } = await place();
  const folder = async (choice?: EvaluateOptions) => (await plan({}, choice)).folder.slice(workspace.length + 1);
  expect(await folder()).toBe('evaluation');
  expect(await folder({ systems: ['base', 'monolithic', 'decoupled'] })).toBe('evaluation');
  expect(await folder({ systems: ['base'] })).toBe('evaluation-base');
  expect(await folder({ queries })).toBe('evaluation-queries');
  expect(await folder({ queries, systems: ['base', 'decoupled'] })).toBe('evaluation-queries-base-decoupled');
});

function changed({ folder: _, ...before }: StagePlan, after: StagePlan): string | undefined {
  const about = { version: 1, toolVersions: {}, counts: {}, files: {}, hash: '' };
  return difference(ManifestSchema.parse({ ...about, ...before }), after);
}

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Context } from '../../core/context.ts';
import { EMBEDDED_BASE } from '../../core/project.ts';
import { baseCache } from '../../pipelines/base-folder.ts';
import { fetchBase, planFetchBase } from '../../pipelines/fetch-base.ts';
import { basePath, loadSettings, recipesOf } from '../../pipelines/settings.ts';
import { status } from '../../pipelines/status.ts';
import { type HubStub, startHub } from '../fixtures/hub-stub.ts';

const REVISION = 'b'.repeat(40);
const BASE = `hub:some/tiny@${REVISION}`;
let hub: HubStub;
let context: Context;
beforeEach(async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'fetch-'));
  const files = Object.fromEntries(
    ['config.json', 'tokenizer.json', 'model.safetensors'].map((name) => [name, { text: name }]),
  );
  hub = await startHub({ kind: 'model', repo: 'some/tiny', revision: REVISION, files });
  const variables = { HF_ENDPOINT: hub.url, XDG_CACHE_HOME: join(workspace, 'cache') };
  context = { workspace, env: {}, serverEnv: {}, variables, signal: new AbortController().signal };
});
afterEach(async () => {
  await hub.close();
  await rm(context.workspace, { recursive: true, force: true });
});

async function settings(yaml: string) {
  await writeFile(join(context.workspace, 'workspace.yaml'), yaml);
  return loadSettings(context);
}
const fetchAll = async (yaml: string) => Array.fromAsync(fetchBase(context, await settings(yaml)));

test('a base of the Hub is said to be missing, fetched once, and found by every stage', async () => {
  const wanted = await settings(`base: ${BASE}\n`);
  const rows = (await status(context, wanted)).filter(({ stage }) => stage === 'fetch-base');
  expect(rows).toEqual([
    { stage: 'fetch-base', state: 'missing', why: 'the base some/tiny@bbbbbbbb is not on this machine' },
  ]);
  expect(() => basePath(context, wanted)).toThrow(/run `pnpm pipeline fetch-base` first/);
  expect(hub.requests).toEqual([]);
  expect((await fetchAll(`base: ${BASE}\n`)).map(({ type }) => type)).toEqual(['download', 'done']);
  expect(await readFile(join(basePath(context, wanted), 'model.safetensors'), 'utf8')).toBe('model.safetensors');
  expect(await planFetchBase(context, wanted)).toEqual([]);
  expect((await fetchAll(`base: ${BASE}\n`)).map(({ type }) => type)).toEqual(['done']);
});

test('a base that a recipe names is fetched too', async () => {
  await writeFile(join(context.workspace, 'mine.yaml'), `extends: selector\nbase: ${BASE}\n`);
  await fetchAll('recipes: {selector: mine.yaml}\n');
  expect(await readdir(baseCache(context))).toContain(`some--tiny@${REVISION}`);
});

test('a base that is a folder needs nothing', async () => {
  expect(await fetchAll('base: embedded\n')).toMatchObject([{ type: 'skipped' }]);
  expect(await planFetchBase(context, await settings(''))).toEqual([]);
  expect(basePath(context, await settings(''))).toBe(EMBEDDED_BASE);
});

test.each(['hub:', 'hub:tiny', 'hub:../x@main', `hub:a/b@${REVISION} `])('refuses %j', async (base) => {
  await expect(fetchAll(`base: ${JSON.stringify(base)}\n`)).rejects.toThrow(/expected: hub:owner\/name@commit/);
  await writeFile(join(context.workspace, 'mine.yaml'), `extends: selector\nbase: ${JSON.stringify(base)}\n`);
  await expect(fetchAll('recipes: {selector: mine.yaml}\n')).rejects.toThrow(/mine.yaml:2:7: wrong value of `base`/);
});

test('a branch is refused with its commit', async () => {
  for (const base of ['hub:some/tiny', 'hub:some/tiny@main'])
    await expect(fetchAll(`base: ${base}\n`)).rejects.toThrow(`base: hub:some/tiny@${REVISION}`);
});

test('the name of a base stands for its three recipes', async () => {
  expect(recipesOf(await settings('recipes: qwen3-4b\n'))).toEqual({
    selector: 'qwen3-4b/selector',
    arguments: 'qwen3-4b/arguments',
    monolithic: 'qwen3-4b/monolithic',
  });
  await expect(settings('recipes: {selectr: x}\n')).rejects.toThrow(/did you mean `recipes.selector`/);
  await expect(settings('recipes: 5\n')).rejects.toThrow(/expected: the name of a base/);
});

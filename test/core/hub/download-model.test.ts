import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StageEvent } from '../../../core/event.ts';
import { downloadModel } from '../../../core/hub/download-model.ts';
import { hubAccess } from '../../../core/hub/hub-access.ts';
import { hubFetch } from '../../../core/hub/hub-fetch.ts';
import { isFetched } from '../../../core/hub/kept-model.ts';
import { type HubContent, type HubStub, startHub } from '../../fixtures/hub-stub.ts';

const repo = 'some/Tiny-Instruct';
const revision = '0123456789abcdef0123456789abcdef01234567';
const part = (name: string) => ({ text: name.repeat(40_000), lfs: true });
const INDEX = { weight_map: { a: 'model-1.safetensors', b: 'model-2.safetensors', c: 'model-1.safetensors' } };
const FILES: HubContent['files'] = {
  'README.md': { text: 'a card' },
  'config.json': { text: '{}' },
  'tokenizer.json': { text: '{"model": {}}' },
  'tokenizer_config.json': { text: '{}' },
  'generation_config.json': { text: '{}' },
  'pytorch_model.bin': part('pickle'),
  'consolidated.safetensors': part('once more'),
  'model.safetensors.index.json': { text: JSON.stringify(INDEX) },
  'model-1.safetensors': part('one'),
  'model-2.safetensors': part('two'),
};
const WANTED = Object.keys(FILES).filter((name) => !/README|bin|consolidated/.test(name));

let cache: string;
let hub: HubStub;
beforeEach(async () => {
  cache = join(await mkdtemp(join(tmpdir(), 'hub-')), 'bases');
  hub = await startHub({ kind: 'model', repo, revision, token: 'hf_secret', files: FILES });
});
afterEach(async () => {
  await hub.close();
  await rm(cache, { recursive: true, force: true });
});

interface Wish {
  revision?: string;
  repo?: string;
  token?: string;
}

async function download({
  token = 'hf_secret',
  ...wish
}: Wish = {}): Promise<{ events: StageEvent[]; folder: string }> {
  const variables = { HF_ENDPOINT: hub.url, HF_TOKEN: token };
  const access = hubAccess({ variables, signal: new AbortController().signal });
  const events: StageEvent[] = [];
  const steps = downloadModel({ repo, revision, ...wish }, { cache, stage: 'fetch-base', access });
  for (let step = await steps.next(); ; step = await steps.next()) {
    if (step.done) return { events, folder: step.value };
    events.push(step.value);
  }
}

async function restart(change: Partial<HubContent>): Promise<void> {
  await hub.close();
  hub = await startHub({ kind: 'model', repo, revision, files: FILES, ...change });
}

const shown = async (folder: string) => (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();

test('fetches what a base needs and nothing else, says how large it is, and does not ask again', async () => {
  const { events, folder } = await download();
  const bytes = WANTED.map((name) => FILES[name]!.text.length).reduce((a, b) => a + b);
  const { length } = FILES['model.safetensors.index.json']!.text;
  expect(events[0]).toEqual({
    type: 'download',
    stage: 'fetch-base',
    what: 'some/Tiny-Instruct@01234567, 7 files',
    bytes: bytes - length,
  });
  expect(basename(folder)).toBe(`some--Tiny-Instruct@${revision}`);
  expect(await shown(folder)).toEqual(WANTED.toSorted());
  expect(await readFile(join(folder, 'model-2.safetensors'), 'utf8')).toBe(FILES['model-2.safetensors']!.text);
  const asked = hub.requests.length;
  expect(await download()).toEqual({ events: [], folder });
  expect(hub.requests).toHaveLength(asked);
});

test('the token does not follow a redirection to another host, nor a list that goes on there', async () => {
  await download();
  expect(hub.tokensElsewhere).toEqual([undefined, undefined]);
  const fetchThere = hubFetch(new AbortController().signal, 'http://127.0.0.1:1');
  await fetchThere(`${hub.url}/cdn/config.json`, { headers: { authorization: 'Bearer hf_secret' } });
  expect(hub.tokensElsewhere).toEqual([undefined, undefined, undefined]);
});

test('goes on where the connection broke, and where another run was stopped', async () => {
  await download().then(({ folder }) => rm(folder, { recursive: true }));
  const folder = join(cache, `some--Tiny-Instruct@${revision}`);
  await mkdir(folder);
  await writeFile(join(folder, 'model-1.safetensors.part'), FILES['model-1.safetensors']!.text.slice(0, 1000));
  hub.requests.length = 0;
  hub.faults = [{ on: 'info', status: 429, headers: { 'retry-after': '0' } }, { on: 'bytes' }];
  await download();
  expect(hub.requests).toContain('bytes from 1000');
  expect(isFetched(folder)).toBe(true);
  await rm(join(folder, 'model-1.safetensors'));
  hub.requests.length = 0;
  hub.faults = [];
  const again = await download();
  expect(again.events[0]).toMatchObject({ bytes: FILES['model-1.safetensors']!.text.length });
  expect(hub.requests.filter((request) => request.startsWith('bytes'))).toEqual(['bytes from 0']);
});

test('refuses what is not what the Hub tells of: other bytes, and a file that changed between two runs', async () => {
  const folder = join(cache, `some--Tiny-Instruct@${revision}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model-2.safetensors.part'), 'other bytes of an older file');
  await expect(download()).rejects.toThrow(
    /some\/Tiny-Instruct@01234567\/model-2.safetensors: what was downloaded is not/,
  );
  expect(isFetched(folder)).toBe(false);
  await download();
  expect(await readFile(join(folder, 'model-2.safetensors'), 'utf8')).toBe(FILES['model-2.safetensors']!.text);
});

test('a file that was edited in the cache is fetched anew', async () => {
  const { folder } = await download();
  await writeFile(join(folder, 'config.json'), '[]');
  expect((await download()).folder).toBe(folder);
  expect(await readFile(join(folder, 'config.json'), 'utf8')).toBe('{}');
});

test('of two processes one downloads and the other waits', async () => {
  const both = [download(), setTimeout(20).then(() => download())];
  const [first, second] = await Promise.all(both);
  expect(first!.folder).toBe(second!.folder);
  const asked = hub.requests.filter((request) => request.startsWith('bytes'));
  expect(asked).toHaveLength(WANTED.length);
});

test('names the commit of a branch, and downloads nothing of it', async () => {
  await expect(download({ revision: 'main' })).rejects.toMatchObject({
    kind: 'input',
    details: { found: 'main', todo: `write \`base: hub:${repo}@${revision}\`, its commit today` },
  });
  expect(existsSync(cache)).toBe(false);
  await expect(download({ revision: 'none' })).rejects.toMatchObject({ kind: 'input', details: { found: 'HTTP 404' } });
});

test.each([
  [{ token: 'hf_other' }, /does not let you read this model[\s\S]*accept the terms on \S+\/some\/Tiny-Instruct if/],
  [{ token: '' }, /`base` is right[\s\S]*set HF_TOKEN/],
  [{ repo: 'some/none' }, /some\/none@01234567: the Hub has no such model[\s\S]*HTTP 404[\s\S]*correct `base`/],
  [{ revision: 'f'.repeat(40) }, /the Hub has no such model, or not that commit/],
])('says what is wrong: %j', async (wish: Wish, message) => {
  await expect(download(wish)).rejects.toThrow(message);
  expect(await shown(cache)).toEqual([]);
});

test.each([
  [{ 'config.json': undefined }, /cannot be a base[\s\S]*expected: config.json/],
  [{ 'model.safetensors.index.json': undefined }, undefined],
  [{ 'model.safetensors.index.json': { text: '{"weight_map": {"a": "../../x.safetensors"}}' } }, /an index of weights/],
  [{ 'model.safetensors.index.json': { text: '[' } }, /an index of weights/],
  [{ 'model-2.safetensors': undefined }, /expected: model-2.safetensors/],
])('looks at what a repository holds: %j', async (change, message) => {
  const files = Object.entries({ ...FILES, ...change }).filter(([, file]) => file !== undefined);
  await restart({ files: Object.fromEntries(files) as HubContent['files'] });
  if (message !== undefined) return expect(download()).rejects.toThrow(message);
  expect(await shown((await download()).folder)).toContain('consolidated.safetensors');
});

test('a repository without safetensors is no base', async () => {
  const { 'config.json': config, 'tokenizer.json': tokenizer, 'pytorch_model.bin': weights } = FILES;
  await restart({ files: { 'config.json': config!, 'tokenizer.json': tokenizer!, 'pytorch_model.bin': weights! } });
  await expect(download()).rejects.toThrow(/weights as safetensors[\s\S]*pytorch_model.bin/);
});

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StageEvent } from '../../../core/event.ts';
import { downloadHubFile } from '../../../core/hub/download-hub-file.ts';
import { hubAccess } from '../../../core/hub/hub-access.ts';
import { hubFailure } from '../../../core/hub/hub-failure.ts';
import { HubFileSchema } from '../../../core/hub/hub-file.ts';
import { type HubStub, startHub } from '../../fixtures/hub-stub.ts';

const repo = 'own-er/data.set';
const revision = '0123456789abcdef0123456789abcdef01234567';
const SMALL = { text: 'query,tool\n', lfs: false };
const LARGE = { text: '{"id": 1}\n'.repeat(50_000), lfs: true };
const AT_ONCE = { 'retry-after': '0' };

let cache: string;
let hub: HubStub;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'hub-'));
  hub = await startHub({
    repo,
    revision,
    token: 'hf_secret',
    files: { 'small.csv': SMALL, 'data/large.jsonl': LARGE, [`${'x'.repeat(300)}.csv`]: SMALL },
  });
});
afterEach(async () => {
  await hub.close();
  await rm(cache, { recursive: true, force: true });
});

async function download(path: string, { token = 'hf_secret', signal = new AbortController().signal } = {}) {
  const access = hubAccess({ variables: { HF_ENDPOINT: `${hub.url}/`, HF_TOKEN: token }, signal });
  const events: StageEvent[] = [];
  const steps = downloadHubFile({ repo, revision, path }, { cache, stage: 'import', access });
  for (let step = await steps.next(); ; step = await steps.next()) {
    if (step.done) return { events, file: step.value, text: await readFile(step.value, 'utf8') };
    events.push(step.value);
  }
}

test('says what it fetches, with its size, keeps it, and does not ask again', async () => {
  const first = await download('small.csv');
  expect(first.text).toBe(SMALL.text);
  expect(first.events).toEqual([
    { type: 'download', stage: 'import', what: 'own-er/data.set@01234567/small.csv', bytes: SMALL.text.length },
  ]);
  const asked = hub.requests.length;
  expect(await download('small.csv')).toMatchObject({ file: first.file, events: [] });
  expect(hub.requests).toHaveLength(asked);
});

test('follows large files to where they are stored, and knows their hash', async () => {
  const { text, file } = await download('data/large.jsonl');
  expect(text).toBe(LARGE.text);
  expect(file).toBe(join(cache, 'own-er--data.set', revision, 'data', 'large.jsonl'));
  expect(await readdir(dirname(file))).toEqual(['.large.jsonl.hash', 'large.jsonl']);
});

test('goes on where the connection broke', async () => {
  hub.faults = [{ on: 'bytes' }, { on: 'bytes' }];
  expect((await download('data/large.jsonl')).text).toBe(LARGE.text);
  const bytes = hub.requests.filter((request) => request.startsWith('bytes'));
  expect(bytes).toHaveLength(3);
  expect(bytes[0]).toBe('bytes from 0');
  expect(bytes.slice(1)).toEqual([expect.stringMatching(/from [1-9]/), expect.stringMatching(/from [1-9]/)]);
});

test('goes on where another run was stopped', async () => {
  const part = join(cache, 'own-er--data.set', revision, 'small.csv.part');
  await download('small.csv').then(({ file }) => rm(file));
  await writeFile(part, SMALL.text.slice(0, 4));
  hub.requests.length = 0;
  expect((await download('small.csv')).text).toBe(SMALL.text);
  expect(hub.requests).toContain('bytes from 4');
  expect(existsSync(part)).toBe(false);
});

test('waits and tries again where the Hub is busy or fails', async () => {
  hub.faults = [
    { on: 'info', status: 429, headers: AT_ONCE },
    { on: 'info', status: 500, headers: AT_ONCE },
    { on: 'bytes', status: 503, headers: AT_ONCE },
    { on: 'bytes', status: 500, headers: AT_ONCE },
  ];
  expect((await download('small.csv')).text).toBe(SMALL.text);
  expect(hub.faults).toEqual([]);
});

test('gives up where the Hub stays busy, and says that it goes on', async () => {
  hub.faults = Array.from({ length: 5 }, () => ({ on: 'info', status: 429, headers: AT_ONCE }) as const);
  await expect(download('small.csv')).rejects.toMatchObject({
    kind: 'failed',
    details: { found: 'HTTP 429', todo: expect.stringContaining('it goes on where it stopped') },
  });
});

test('a data set that may not be read asks for terms and token, and does not tell the token', async () => {
  const refused = await download('small.csv', { token: 'hf_other' }).catch((error: Error) => error);
  expect(refused).toMatchObject({
    kind: 'environment',
    message: expect.stringMatching(/own-er\/data.set.*does not let you read[\s\S]*HTTP 401[\s\S]*HF_TOKEN/),
  });
  expect(JSON.stringify(refused)).not.toContain('hf_other');
  await expect(download('small.csv', { token: '' })).rejects.toThrow('set HF_TOKEN');
  await expect(download('small.csv', { token: 'secret' })).rejects.toMatchObject({
    kind: 'input',
    message: expect.not.stringContaining('secret'),
  });
});

test.each(['hf_one\nhf_two', 'hf_with space', 'hf_é', 'hf_'])('a token that cannot be one is not told: %j', (token) => {
  const signal = new AbortController().signal;
  expect(() => hubAccess({ variables: { HF_TOKEN: token }, signal })).toThrow(
    expect.objectContaining({ kind: 'input', message: expect.not.stringContaining(`${token}\n`) }),
  );
  const access = { ...hubAccess({ signal }), token };
  const failure = hubFailure(new TypeError(`"Bearer ${token}" is wrong`), { repo, revision, path: 'a.csv' }, access);
  expect(failure).toMatchObject({ details: { found: '"Bearer …" is wrong' } });
});

test.each(['garbage', 'localhost:8080', 'file:///x'])('an address that is none is refused at once: %s', (endpoint) => {
  const signal = new AbortController().signal;
  expect(() => hubAccess({ variables: { HF_ENDPOINT: endpoint }, signal })).toThrow(
    expect.objectContaining({ kind: 'input', message: expect.stringContaining('HF_ENDPOINT') }),
  );
});

test.each([200, 204])('gives up where answers hold nothing: %i', async (status) => {
  hub.faults = Array.from({ length: 5 }, () => ({ on: 'bytes', status, headers: AT_ONCE }) as const);
  await expect(download('small.csv')).rejects.toMatchObject({
    kind: 'failed',
    message: expect.stringContaining(`HTTP ${status}`),
  });
  expect(hub.faults).toEqual([]);
  expect((await download('small.csv')).text).toBe(SMALL.text);
});

test('takes no more than the size from a server that passes over ranges and does not end', async () => {
  hub.endless = true;
  await mkdir(join(cache, 'own-er--data.set', revision), { recursive: true });
  await writeFile(join(cache, 'own-er--data.set', revision, 'small.csv.part'), SMALL.text.slice(0, 4));
  expect((await download('small.csv')).text).toBe(SMALL.text);
});

test('bytes that may not be read are told as such', async () => {
  hub.faults = [{ on: 'bytes', status: 403 }];
  await expect(download('small.csv')).rejects.toMatchObject({ kind: 'environment', details: { found: 'HTTP 403' } });
});

test('a download that was edited, or whose hash is gone, is downloaded anew', async () => {
  for (const path of ['small.csv', 'data/large.jsonl']) {
    const { file, text } = await download(path);
    await writeFile(file, text.replace('e', 'E'));
    expect((await download(path)).text).toBe(text);
    await rm(join(dirname(file), `.${basename(file)}.hash`), { force: true });
    expect((await download(path)).events).toHaveLength(1);
  }
});

test('says where a download cannot be kept', async () => {
  const long = `${'x'.repeat(300)}.csv`;
  const refused = (where: string) => ({ kind: 'environment', details: { where: expect.stringContaining(where) } });
  await expect(download(long)).rejects.toMatchObject(refused(long));
  await rm(join(cache, 'own-er--data.set'), { recursive: true });
  await writeFile(join(cache, 'own-er--data.set'), '');
  await expect(download('small.csv')).rejects.toMatchObject(refused('own-er--data.set'));
});

test('says where there is no such file', async () => {
  await expect(download('none.csv')).rejects.toMatchObject({
    kind: 'input',
    details: { what: 'the Hub has no such file', where: 'own-er/data.set@01234567/none.csv' },
  });
  hub.faults = [{ on: 'info', status: 404 }];
  await expect(download('small.csv')).rejects.toMatchObject({ kind: 'input', details: { found: 'HTTP 404' } });
});

test.each(['small.csv', 'data/large.jsonl'])('refuses other bytes than the Hub tells of: %s', async (path) => {
  hub.forged = Buffer.from('x'.repeat(path === 'small.csv' ? SMALL.text.length : LARGE.text.length));
  await expect(download(path)).rejects.toThrow(/is not what the Hub has/);
  expect((await readdir(cache, { recursive: true })).filter((name) => /csv|jsonl/.test(name))).toEqual([]);
  hub.forged = undefined;
  expect((await download(path)).text.length).toBeGreaterThan(0);
});

test('ends at once when interrupted', async () => {
  const controller = new AbortController();
  hub.faults = [{ on: 'info', status: 429, headers: { 'retry-after': '60' } }];
  setTimeout(() => controller.abort(), 100);
  await expect(download('small.csv', { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
});

test('says why the Hub cannot be reached, without the URL, which may be a signed one', () => {
  const access = hubAccess({ signal: new AbortController().signal });
  const cause = new Error('connect ECONNREFUSED to https://cdn/x?sig=1');
  const failure = hubFailure(new TypeError('fetch failed', { cause }), { repo, revision, path: 'a.csv' }, access);
  expect(failure).toMatchObject({ details: { found: 'fetch failed: connect ECONNREFUSED to …' } });
});

test.each([
  [{ revision: 'main' }, /40 hexadecimal digits/],
  [{ path: '../x' }, /path of a file/],
  [{ path: 'a/../../x' }, /path of a file/],
  [{ path: '/etc/passwd' }, /path of a file/],
  [{ path: '.' }, /path of a file/],
  [{ repo: '../..' }, /owner\/name/],
  [{ repo: 'squad' }, /owner\/name/],
])('refuses %j', (wrong, message) => {
  expect(HubFileSchema.parse({ repo, revision, path: '.hidden/a..b.csv' }).path).toBe('.hidden/a..b.csv');
  expect(() => HubFileSchema.parse({ repo, revision, path: 'a.csv', ...wrong })).toThrow(message);
});

import { existsSync } from 'node:fs';
import { lstat, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { BundleSchema } from '../../core/bundle.ts';
import type { StageEvent } from '../../core/event.ts';
import { hashJson } from '../../core/hash.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { CatalogueSchema } from '../../core/tool.ts';
import { type PublishOptions, type PublishPlan, publish } from '../../pipelines/publish.ts';
import { SettingsSchema } from '../../pipelines/settings.ts';
import { type HubRepositories, startHubRepositories } from '../fixtures/hub-repositories.ts';
import {
  type PublishWorkspace,
  publishWorkspace,
  putBundle,
  putFile,
  putSamples,
} from '../fixtures/publish-workspace.ts';

let place: PublishWorkspace;
const workspace = () => place.context.workspace;

interface Published {
  events: StageEvent[];
  plan?: PublishPlan;
  reason?: string;
}

async function run(options: PublishOptions = { yes: true }): Promise<Published> {
  const events: StageEvent[] = [];
  for await (const event of publish(place.context, place.settings, options)) events.push(event);
  const data = events.find(({ type }) => type === 'data') as { data: unknown } | undefined;
  const skipped = events.find(({ type }) => type === 'skipped') as { reason: string } | undefined;
  return { events, plan: data?.data as PublishPlan | undefined, reason: skipped?.reason };
}

function setPublish(publish: Record<string, unknown>): void {
  place.settings = SettingsSchema.parse({ ...place.settings, publish: { ...place.settings.publish, ...publish } });
}

const MODEL_FILES = [
  'README.md',
  'adapters/arguments-files-move/adapter_config.json',
  'adapters/arguments-files-move/adapter_model.safetensors',
  'adapters/arguments-files-move/recipe.yaml',
  'adapters/selector/adapter_config.json',
  'adapters/selector/adapter_model.safetensors',
  'adapters/selector/recipe.yaml',
  'bundle/adapters/arguments-files-move.gguf',
  'bundle/adapters/selector.gguf',
  'bundle/base.f16.gguf',
  'bundle/bundle.json',
  'bundle/manifest.json',
  'catalogue/catalogue.json',
  'catalogue/manifest.json',
  'evaluation/metrics.json',
  'release.json',
  'workspace.yaml',
];

describe('into a folder', () => {
  let target: string;
  beforeEach(async () => {
    place = await publishWorkspace({ to: '../releases' });
    target = join(dirname(workspace()), 'releases');
  });
  afterEach(() => rm(dirname(workspace()), { recursive: true, force: true }));
  const read = (path: string) => readFile(join(target, 'current', path), 'utf8');

  test('without --yes nothing is sent, and all that would be is told with sizes', async () => {
    const { plan, reason } = await run({});
    expect(reason).toContain('--yes');
    expect(plan!.files.map(({ path }) => path)).toEqual(MODEL_FILES.map((path) => `model/${path}`));
    expect(plan!.files.every(({ bytes, send }) => bytes > 0 && send)).toBe(true);
    expect(plan!.binary).toEqual(
      MODEL_FILES.filter((path) => /gguf|safetensors/.test(path)).map((path) => `model/${path}`),
    );
    expect(existsSync(target)).toBe(false);
  });

  test('a release is whole, `current` points to it, and a second run has nothing to do', async () => {
    const { plan } = await run({ yes: true, tag: 'v1' });
    const all = await readdir(join(target, plan!.release, 'model'), { recursive: true, withFileTypes: true });
    expect(all.filter((entry) => entry.isFile())).toHaveLength(MODEL_FILES.length);
    for (const name of ['current', 'v1']) expect(existsSync(join(target, name, 'model', 'README.md'))).toBe(true);
    expect(await readdir(target)).toEqual(['current', plan!.release, 'v1'].sort());
    expect((await run({ yes: true, tag: 'v1' })).reason).toBe(`${plan!.release} is published`);
  });

  test('the same content has the same name, another one stands beside the older, which stays', async () => {
    const first = (await run()).plan!;
    await putBundle(workspace(), 'two');
    const second = (await run()).plan!;
    expect(second.release).not.toBe(first.release);
    expect(await readdir(target)).toEqual(['current', first.release, second.release].sort());
    await putBundle(workspace(), 'one');
    expect((await run()).plan!.release).toBe(first.release);
    expect(await read('model/bundle/adapters/selector.gguf')).toContain('selector one');
  });

  test('interrupted, the older release stays, and the next run sends the rest only', async () => {
    const older = (await run()).plan!;
    await putBundle(workspace(), 'two');
    const sending = publish(place.context, place.settings, { yes: true });
    for await (const event of sending) if (event.type === 'progress' && event.done > 2000) break;
    expect(await readdir(target)).toEqual(
      [expect.stringMatching(/^\.release-.*\.partial$/), 'current', older.release].sort(),
    );
    expect(await read('model/bundle/adapters/selector.gguf')).toContain('selector one');
    await run();
    expect(await readdir(target)).toHaveLength(3);
    expect(await read('model/bundle/adapters/selector.gguf')).toContain('selector two');
  });

  test('a damaged release is made whole again', async () => {
    const { release } = (await run()).plan!;
    await writeFile(join(target, release, 'model', 'README.md'), 'defaced');
    const again = (await run()).plan!;
    expect(again.files.filter(({ send }) => send).map(({ path }) => path)).toEqual(['model/README.md']);
    expect(await read('model/README.md')).toContain('# Tool calling: files');
  });

  test('a file of the workspace that is a link to another disk is published as a file', async () => {
    const path = join(workspace(), 'adapters', 'selector', 'adapter_model.safetensors');
    await rename(path, join(dirname(workspace()), 'elsewhere'));
    await symlink('../../../elsewhere', path);
    await run();
    const sent = join(target, 'current', 'model', 'adapters', 'selector', 'adapter_model.safetensors');
    expect((await lstat(sent)).isFile()).toBe(true);
    expect(await readFile(sent)).toEqual(await readFile(path));
    expect(await read('model/release.json')).toContain('adapters/selector/adapter_model.safetensors');
  });

  test('a place where releases cannot stay is refused before anything is written', async () => {
    await putFile(target, 'current/mine.txt', 'mine');
    await expect(run()).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('found:    a folder'),
    });
    expect(await readdir(target)).toEqual(['current']);
    await symlink('release', join(workspace(), 'mine'));
    for (const to of [
      'release',
      'release/older',
      'bundle',
      'imported',
      'evaluation-base',
      'traces.partial/x',
      'mine/new',
    ]) {
      setPublish({ to });
      await expect(run()).rejects.toMatchObject({ kind: 'input', message: expect.stringContaining('would be lost') });
    }
    setPublish({ to: 'servers.json' });
    await expect(run({ yes: false })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('a file'),
    });
  });

  test('a lock of other tools or adapters, or one that was edited, is not published', async () => {
    const { adapters } = await readJsonFile(join(workspace(), 'bundle', 'bundle.json'), BundleSchema);
    const { hash: catalogue } = await readJsonFile(join(workspace(), 'catalogue', 'catalogue.json'), CatalogueSchema);
    const locked = { task: 'selector', tools: [], base: '', template: '', recipe: '', data: '' };
    const all = Object.fromEntries(adapters.map(({ name, source: hash }) => [name, { ...locked, hash }]));
    const write = async (content: object, hash = hashJson(content)) =>
      putFile(workspace(), 'catalogue.lock', JSON.stringify({ ...content, hash }));
    const good = { version: 1, catalogue, tools: {}, adapters: all };
    for (const [content, found] of [
      [{ ...good, catalogue: 'sha256:other' }, 'another catalogue'],
      [{ ...good, adapters: {} }, `other adapters: ${adapters.map(({ name }) => name).join(', ')}`],
    ] as const) {
      await write(content);
      await expect(run()).rejects.toMatchObject({ kind: 'input', message: expect.stringContaining(found) });
    }
    await write(good, 'sha256:other');
    await expect(run()).rejects.toMatchObject({ kind: 'input', message: expect.stringContaining('edited') });
    expect(existsSync(target)).toBe(false);
    await write(good);
    await run();
    expect(existsSync(join(target, 'current', 'model', 'catalogue.lock'))).toBe(true);
  });

  test('a tag of another release is refused', async () => {
    await run({ yes: true, tag: 'v1' });
    await putBundle(workspace(), 'two');
    await expect(run({ yes: true, tag: 'v1' })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('v1 names another release'),
    });
    for (const tag of ['current', '../up', 'a/b', '-x', 'release-0123456789ab'])
      await expect(run({ tag })).rejects.toMatchObject({ kind: 'input' });
  });

  test('the cards say base, figures, provenance, use and limits, and nothing of this machine', async () => {
    setPublish({ data: true, license: 'mit', intendedUse: 'Ours alone.', title: 'Our tools' });
    await run();
    const card = await read('model/README.md');
    const front = parse(/^---\n([\s\S]*?)\n---\n/.exec(card)![1]!);
    expect(front).toMatchObject({ license: 'mit', library_name: 'peft', 'model-index': [{ name: 'Our tools' }] });
    const [{ metrics }] = front['model-index'][0].results;
    expect(metrics[0]).toMatchObject({ type: 'call_accuracy', value: 0.6 });
    for (const text of [
      '# Our tools',
      'Ours alone.',
      '## Limits',
      '60.0% \\[31–83\\]',
      'embedded-base',
      'llama.cpp b1',
    ])
      expect(card).toContain(text);
    expect(card).toMatch(/- bundle: `sha256:[0-9a-f]{64}`/);
    const config = JSON.parse(await read('model/adapters/selector/adapter_config.json'));
    expect(config).toEqual({ r: 4, base_model_name_or_path: 'embedded-base' });
    expect(parse(await read('model/workspace.yaml'))).toEqual({ base: 'embedded', contextLength: 4096 });
    const data = parse(/^---\n([\s\S]*?)\n---\n/.exec(await read('data/README.md'))![1]!);
    expect(data.configs).toEqual([
      { config_name: 'selector', data_files: [{ split: 'train', path: 'train/selector.jsonl' }] },
    ]);
    expect(existsSync(join(target, 'current', 'data', 'exports'))).toBe(false);
  });

  test('a base of the Hub is named with its commit; a folder, by its name alone', async () => {
    place.settings.base = `hub:some/Tiny@${'b'.repeat(40)}`;
    await run();
    expect(await read('model/README.md')).toContain('base_model: some/Tiny');
    expect(JSON.parse(await read('model/adapters/selector/adapter_config.json'))).toMatchObject({
      base_model_name_or_path: 'some/Tiny',
      revision: 'b'.repeat(40),
    });
    place.settings.base = '/home/anna/models/Tiny';
    await run();
    expect(await read('model/README.md')).toContain('--base FOLDER_OF_THE_BASE');
    expect(await read('model/README.md')).not.toContain('anna');
  });

  test('an evaluation of another bundle, or an adapter trained since, is refused', async () => {
    const metrics = await readFile(join(workspace(), 'evaluation', 'metrics.json'), 'utf8');
    await putBundle(workspace(), 'two');
    await writeFile(join(workspace(), 'evaluation', 'metrics.json'), metrics);
    await expect(run()).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('changed since it was made'),
    });
    await putBundle(workspace(), 'one');
    await putSamples(workspace(), 'another query');
    await expect(run()).rejects.toMatchObject({ kind: 'input', message: expect.stringContaining('another samples') });
  });

  test('gates stand before it: the last release stays, and the reason is told', async () => {
    await putFile(workspace(), 'gates.yaml', 'gates: [{score: call_accuracy, drop: 0.05}]\n');
    setPublish({ gates: 'gates.yaml' });
    const { release, gates } = (await run()).plan!;
    expect(gates).toMatchObject([{ pass: true, why: 'there is no release yet' }]);
    await putBundle(workspace(), 'worse', 5);
    await expect(run()).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/call_accuracy is 0\.5, not ≥ last release − 0\.05: 0\.6 → 0\.55/),
    });
    expect(await readdir(target)).toEqual(['current', release].sort());
    await putBundle(workspace(), 'better', 7);
    expect((await run()).plan!.gates).toMatchObject([{ pass: true, why: '' }]);
  });

  test('what may be secret or private blocks it, by file, line and kind, and hidden', async () => {
    setPublish({ data: true });
    const secret = 'sk-0123456789abcdefghijklmnop';
    await putSamples(workspace(), `the key is ${secret}, ask anna@acme-corp.com, it lies in /home/anna/notes`);
    await putBundle(workspace(), 'one');
    const failure = await run().catch((error: Error) => error as Error);
    const { message } = failure as Error;
    for (const kind of ['form of a secret', 'e-mail address', 'home folder'])
      expect(message).toContain(`data/train/selector.jsonl:2 (${kind})`);
    for (const text of [secret, 'acme', '/home/anna']) expect(message).not.toContain(text);
    expect(existsSync(target)).toBe(false);
    setPublish({ allow: ['anna@acme-corp.com', '/home/anna', { kind: 'form of a secret', file: 'data/train/' }] });
    expect((await run()).reason).toBeUndefined();
  });

  test('values of the servers file and of variables block it, however they are written', async () => {
    setPublish({ data: true });
    place.context = { ...place.context, variables: { MY_TOKEN: 'plain words of mine', SHELL: '/bin/bash' } };
    const env = { DATABASE: 'a "quoted" value' };
    await putFile(workspace(), 'servers.json', JSON.stringify({ mcpServers: { shop: { command: 'node', env } } }));
    for (const [query, kind] of [
      ['it is a "quoted" value', 'value of the servers file, server shop'],
      ['a%20%22quoted%22%20value', 'value of the servers file, server shop'],
      ['plain words of mine', 'value of the variable MY_TOKEN'],
      [workspace(), 'path of the workspace'],
    ] as const) {
      await putSamples(workspace(), query);
      await putBundle(workspace(), 'one');
      await expect(run()).rejects.toMatchObject({
        kind: 'failed',
        message: expect.stringContaining(`data/train/selector.jsonl:2 (${kind})`),
      });
    }
  });

  test('without the servers file it says that its secrets were not looked for', async () => {
    await rm(join(workspace(), 'servers.json'));
    expect((await run()).events).toContainEqual(
      expect.objectContaining({ type: 'warning', message: expect.stringContaining('servers file') }),
    );
  });
});

describe('by a command', () => {
  test('it gets folder, name and the variables that are named, and no others', async () => {
    const script = 'cp -r "$RELEASE_FOLDER/model" "sent-$RELEASE_NAME-$REGION-$HIDDEN"';
    place = await publishWorkspace(
      { to: { command: ['sh', '-c', script], variables: ['REGION'] } },
      { REGION: 'north', HIDDEN: 'x' },
    );
    const { plan } = await run();
    expect(plan!.files.every(({ send }) => send === null)).toBe(true);
    expect(existsSync(join(workspace(), `sent-${plan!.release}-north-`, 'README.md'))).toBe(true);
    await putFile(workspace(), 'gates.yaml', 'gates: [{score: call_accuracy, drop: 0}]');
    setPublish({ gates: 'gates.yaml', to: { command: ['false'] } });
    await expect(run()).rejects.toMatchObject({ kind: 'failed', message: expect.stringContaining('exit code 1') });
    await putBundle(workspace(), 'worse', 5);
    await expect(run()).rejects.toMatchObject({ message: expect.stringContaining('not ≥ last release') });
    // Without a readable note of the last release there is nothing to compare with.
    for (const note of ['{"release": ', 'null', '{"release": "x", "metrics": {}}']) {
      await putFile(workspace(), 'published.json', note);
      await expect(run({ yes: false })).resolves.toMatchObject({ plan: { release: expect.any(String) } });
    }
  });

  test('s3:// says what to write instead', async () => {
    place = await publishWorkspace({ to: 's3://bucket/x' });
    await expect(run()).rejects.toMatchObject({ kind: 'input', message: expect.stringContaining('aws s3 sync') });
  });
});

describe('to the Hub', () => {
  let hub: HubRepositories;
  beforeEach(async () => {
    hub = await startHubRepositories();
    place = await publishWorkspace(
      { to: 'hub:some/tools', data: true },
      { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_publishes' },
    );
  });
  afterEach(() => hub.close());
  const model = () => hub.repositories.get('models/some/tools')!;
  const data = () => hub.repositories.get('datasets/some/tools-data')!;
  const headOf = (repository: { commits: { files: Map<string, Buffer> }[] }) => repository.commits.at(-1)!.files;

  test('one commit and a tag for each release, in private repositories', async () => {
    const { plan } = await run({ yes: true, tag: 'v1' });
    expect([...headOf(model()).keys()].sort()).toEqual(['.gitattributes', ...MODEL_FILES].sort());
    expect([...headOf(data()).keys()].sort()).toEqual([
      '.gitattributes',
      'README.md',
      'prompt.json',
      'release.json',
      'train/selector.jsonl',
    ]);
    for (const repository of [model(), data()]) {
      expect(repository).toMatchObject({ private: true, commits: [{}, { title: plan!.release }] });
      const head = repository.commits.at(-1)!.id;
      expect(repository.tags).toEqual(
        new Map([
          [plan!.release, head],
          ['v1', head],
        ]),
      );
    }
    expect((await run({ yes: true, tag: 'v1' })).reason).toBe(`${plan!.release} is published`);
    expect(model().commits).toHaveLength(2);
  });

  test('without --yes the Hub is only asked', async () => {
    const { plan } = await run({});
    expect(plan!.files.every(({ send }) => send)).toBe(true);
    expect(hub.requests.every((request) => request.startsWith('GET'))).toBe(true);
  });

  test('it breaks in the middle: nothing can be seen, and the next run sends the rest only', async () => {
    hub.breakFrom = 3;
    await expect(run()).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('goes on where it stopped'),
    });
    expect(model().commits).toHaveLength(1);
    const before = [...hub.received];
    expect(before.length).toBeGreaterThan(0);
    hub.breakFrom = undefined;
    await run();
    expect(new Set(hub.received).size).toBe(hub.received.length);
    expect(hub.received).toHaveLength(5);
    expect(model().commits).toHaveLength(2);
  });

  test('only what changed is sent, and what an older release had is removed, not the user’s own files', async () => {
    await run();
    model().commits.push({
      ...model().commits.at(-1)!,
      id: 'a'.repeat(40),
      files: new Map([...headOf(model()), ['NOTES.md', Buffer.from('mine')]]),
    });
    hub.received.length = 0;
    await putBundle(workspace(), 'two');
    setPublish({ base: false });
    const { plan } = await run();
    expect(hub.received).toHaveLength(2);
    expect(plan!.files.filter(({ send, path }) => send && /gguf|safetensors/.test(path))).toHaveLength(2);
    expect(headOf(model()).has('bundle/base.f16.gguf')).toBe(false);
    expect(headOf(model()).has('NOTES.md')).toBe(true);
    expect(model().commits).toHaveLength(4);
  });

  test('the gate takes the last release from there', async () => {
    await run();
    await putFile(workspace(), 'gates.yaml', 'gates: [{score: call_accuracy, drop: interval}]\n');
    setPublish({ gates: 'gates.yaml' });
    await putBundle(workspace(), 'worse', 1);
    await expect(run()).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('last release minus its interval'),
    });
    expect(model().commits).toHaveLength(2);
  });

  test('somebody else commits meanwhile, or the storage has other bytes: told, and not called published', async () => {
    hub.refuseCommits.push(412);
    await expect(run()).rejects.toMatchObject({ message: expect.stringContaining('somebody else') });
    hub.forges = true;
    await expect(run()).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('has not got what was sent'),
    });
    expect(model().tags.size).toBe(0);
    hub.forges = false;
    await run();
    expect(model().tags.size).toBe(1);
  });

  test('no token, or one that may not: what to do is told, the token is not', async () => {
    place.context = { ...place.context, variables: { HF_ENDPOINT: hub.url } };
    await expect(run()).rejects.toMatchObject({
      kind: 'environment',
      message: expect.stringContaining('set HF_TOKEN'),
    });
    place.context = { ...place.context, variables: { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_other' } };
    const failure = run();
    await expect(failure).rejects.toMatchObject({ kind: 'environment', message: expect.stringContaining('HTTP 401') });
    await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining('hf_other') });
  });
});

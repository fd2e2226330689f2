import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { readJsonFile, writeJsonFile } from '../../core/json-file.ts';
import { readManifest } from '../../core/manifest.ts';
import { PROJECT_ROOT } from '../../core/project.ts';
import { runStage, stageState } from '../../core/stage.ts';
import type { Tool } from '../../core/tool.ts';
import { DATA_FILE } from '../../pipelines/build-data/data-basis.ts';
import { loadSettings, type Settings } from '../../pipelines/settings.ts';
import { planJobs } from '../../pipelines/train/plan-jobs.ts';
import { runQueue } from '../../pipelines/train/run-queue.ts';
import { planTrain, type TrainOptions, train } from '../../pipelines/train.ts';
import { loadRecipe } from '../../recipes/load.ts';
import { localExecutor } from '../../trainers/executors/local-executor.ts';
import { JobSchema } from '../../trainers/job.ts';
import { stamp } from '../fixtures/stamp.ts';
import { trainingSamples, writeSamples } from '../trainers/training-samples.ts';

const TIMEOUT = 300_000;
const SMALL = [
  'epochs=1',
  'lora.r=4',
  'lora.alpha=8',
  'batch_size=4',
  'min_steps=0',
  'precision=fp32',
  'workers=2',
  'threads=1',
];
let context: Context;
let settings: Settings;

beforeAll(async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'train-'));
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
  context = { workspace, env, serverEnv: {}, signal: new AbortController().signal };
  settings = await loadSettings(context);
  const tools = ['files.read', 'files.write', 'notes.add', 'notes.wipe'].map(tool);
  await writeJsonFile(join(workspace, 'catalogue', 'catalogue.json'), {
    version: 1,
    servers: [],
    tools,
    hash: 'sha256:0',
  });
  await stamp(join(workspace, 'catalogue'));
  await makeSamples();
});
afterAll(() => rm(context.workspace, { recursive: true, force: true }));

function tool(id: string): Tool {
  const [server, name] = id.split('.') as [string, string];
  const rest = { group: server, description: '', inputSchema: {}, annotations: {}, hash: 'sha256:0' };
  return { id, server, name, promptName: name, slug: id.replace('.', '_'), ...rest };
}

/** The samples stage as `build-data` leaves it. `notes.wipe` has none, and none of `files.write` are for validation. */
async function makeSamples(changed = 0): Promise<void> {
  const plan = { stage: 'build-data', folder: join(context.workspace, 'samples'), inputs: {}, settings: {}, seed: 1 };
  const events = runStage(plan, { force: true, signal: context.signal }, async function* ({ folder }) {
    for (const [split, count] of [
      ['train', 6],
      ['validation', 2],
    ] as const) {
      await writeSamples(join(folder, split, 'selector.jsonl'), trainingSamples('selector', count, 1));
      for (const slug of ['files_read', 'files_write', 'notes_add']) {
        if (slug === 'files_write' && split === 'validation') continue;
        const seed = slug === 'files_read' ? 10 + changed : 20;
        await writeSamples(
          join(folder, split, 'arguments', `${slug}.jsonl`),
          trainingSamples('arguments', count, seed),
        );
      }
    }
    const data = (id: string) => ({ basis: id, data: id === 'files.read' ? `${id} ${changed}` : id });
    const tools = Object.fromEntries(['files.read', 'files.write', 'notes.add'].map((id) => [id, data(id)]));
    await writeJsonFile(join(folder, DATA_FILE), { version: 1, deal: '', tools });
    yield { type: 'start', stage: plan.stage };
    return {};
  });
  for await (const _ of events);
}

async function run(options: TrainOptions, signal = context.signal): Promise<StageEvent[]> {
  const events: StageEvent[] = [];
  for await (const event of train({ ...context, signal }, settings, { set: SMALL, ...options })) events.push(event);
  return events;
}

const states = async (options: TrainOptions) => {
  const plans = await planTrain(context, settings, { set: SMALL, ...options });
  return Object.fromEntries(await Promise.all(plans.map(async (plan) => [plan.stage, (await stageState(plan)).state])));
};
const stagesOf = (events: readonly StageEvent[], type: StageEvent['type']) =>
  [...new Set(events.filter((event) => event.type === type).map(({ stage }) => stage))].sort();
const eventLog = async (): Promise<Record<string, unknown>[]> => {
  const lines = (await readFile(join(context.workspace, 'events.jsonl'), 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
};
const folderOf = (name: string) => join(context.workspace, 'adapters', name);

describe('argument adapters', () => {
  test(
    'one for each tool that has samples, two at a time, each complete',
    async () => {
      const events = await run({ recipes: ['arguments'] });
      const names = ['train arguments-files_read', 'train arguments-files_write', 'train arguments-notes_add'];
      expect(stagesOf(events, 'done')).toEqual(names);
      expect(events[0]).toMatchObject({
        type: 'parts',
        parts: names.map((stage) => ({ stage, cost: expect.any(Number) })),
      });
      const told = events.flatMap((event) => (event.type === 'data' ? [event.data] : []));
      expect(told.find(({ event }) => event === 'step')).toMatchObject({ memory_bytes: expect.any(Number) });
      expect(told.filter(({ event }) => event === 'validating')).toHaveLength(2);
      const logged = await eventLog();
      expect(logged.map(({ time, run, ...event }) => event)).toEqual([
        ...events.filter(({ type }) => type !== 'progress'),
        { type: 'end', failed: null },
      ]);
      expect(logged.every(({ time, run }) => run === logged[0]!.run && Date.parse(String(time)) > 0)).toBe(true);
      expect(stagesOf(events, 'progress').filter((stage) => stage !== 'python')).toEqual(names);
      expect((await readdir(folderOf('arguments-files_read'))).sort()).toEqual([
        'adapter_config.json',
        'adapter_model.safetensors',
        'job.json',
        'learned.json',
        'manifest.json',
        'recipe.yaml',
        'training.jsonl',
      ]);
      const manifest = await readManifest(folderOf('arguments-files_read'));
      expect(manifest?.counts).toMatchObject({ steps: 2, samples: 6 });
      expect(manifest?.toolVersions).toHaveProperty('torch');
      const job = await readJsonFile(join(folderOf('arguments-files_read'), 'job.json'), JobSchema);
      expect(job).toMatchObject({
        tool: 'files.read',
        train: ['../../samples/train/arguments/files_read.jsonl'],
        start: null,
        output: '.',
        lora_r: 4,
        threads: expect.any(Number),
      });
      expect((await readJsonFile(join(folderOf('arguments-files_write'), 'job.json'), JobSchema)).validation).toEqual(
        [],
      );
      const { recipe } = await loadRecipe(join(folderOf('arguments-files_read'), 'recipe.yaml'));
      expect(recipe).toEqual((await loadRecipe('arguments', { set: SMALL })).recipe);
      const progress = events.find(
        (event) => event.type === 'progress' && event.stage === names[0] && event.done === 2,
      );
      expect(progress).toMatchObject({
        total: 2,
        note: expect.stringMatching(/^loss \d+\.\d+, \d+ trained tokens\/s, 0 s left$/),
      });
    },
    TIMEOUT,
  );

  test(
    'fresh ones are skipped; only what changed is trained again',
    async () => {
      expect(stagesOf(await run({ recipes: ['arguments'] }), 'skipped')).toHaveLength(3);
      await makeSamples(1);
      expect(await states({ recipes: ['arguments'] })).toEqual({
        'train arguments-files_read': 'stale',
        'train arguments-files_write': 'fresh',
        'train arguments-notes_add': 'fresh',
      });
      // What decides only how an adapter is made does not make it stale; what decides the result does.
      expect(
        Object.values(
          await states({
            recipes: ['arguments'],
            set: [
              ...SMALL,
              'workers=1',
              'threads=2',
              'log.tensorboard=true',
              'micro_batch_size=1',
              'gradient_checkpointing=false',
              'activated.memory_gb=1',
            ],
          }),
        ),
      ).toEqual(['stale', 'fresh', 'fresh']);
      expect(Object.values(await states({ recipes: ['arguments'], set: [...SMALL, 'lora.r=5'] }))).toEqual([
        'stale',
        'stale',
        'stale',
      ]);
    },
    TIMEOUT,
  );

  test(
    'one that fails does not keep the others from being trained, and is trained when its trouble is gone',
    async () => {
      const path = join(context.workspace, 'samples', 'train', 'arguments', 'files_read.jsonl');
      const good = await readFile(path, 'utf8');
      const write = async (text: string) => {
        await writeFile(path, text);
        await stamp(join(context.workspace, 'samples'));
      };
      await write(`${good}not json\n`);
      const options = { recipes: ['arguments'], tools: ['read', 'notes.add'], force: true };
      const events: StageEvent[] = [];
      const failing = async () => {
        for await (const event of train(context, settings, { set: SMALL, ...options })) events.push(event);
      };
      await expect(failing()).rejects.toMatchObject({
        kind: 'input',
        message: expect.stringMatching(/arguments-files_read, files_read\.jsonl:7/),
      });
      expect(stagesOf(events, 'done')).toEqual(['train arguments-notes_add']);
      expect(stagesOf(events, 'failed')).toEqual(['train arguments-files_read']);
      expect((await eventLog()).at(-1)).toMatchObject({ type: 'end', failed: expect.stringMatching(/jsonl:7/) });
      await write(good);
      expect(stagesOf(await run({ ...options, force: false }), 'done')).toEqual(['train arguments-files_read']);
    },
    TIMEOUT,
  );

  test('tools are chosen by id or by a name that is clear', async () => {
    const names = async (tools: string[]) =>
      (await planTrain(context, settings, { recipes: ['arguments'], tools })).map(({ stage }) => stage);
    expect(await names(['add', 'files.read'])).toEqual(['train arguments-files_read', 'train arguments-notes_add']);
    await expect(names(['reed'])).rejects.toThrow(/there is no tool `reed`[\s\S]*files\.read, files\.write/);
    await expect(names(['notes.wipe'])).rejects.toThrow(/notes\.wipe has no argument samples/);
    await expect(planTrain(context, settings, { recipes: ['selector'], tools: ['add'] })).rejects.toThrow(
      /one adapter for all tools/,
    );
  });
});

test(
  'stopped, and run again with less memory: goes on where it stopped, and its record has every step once',
  async () => {
    const stop = new AbortController();
    const set = [...SMALL, 'epochs=4', 'eval_every=0'];
    const stopped = async () => {
      const context_ = { ...context, signal: stop.signal };
      for await (const event of train(context_, settings, { recipes: ['demo/selector'], set }))
        if (event.type === 'progress' && event.stage === 'train selector' && event.done === 3) stop.abort();
    };
    await expect(stopped()).rejects.toMatchObject({ kind: 'interrupted' });
    expect(existsSync(folderOf('selector'))).toBe(false);
    expect(await states({ recipes: ['demo/selector'], set })).toEqual({ 'train selector': 'incomplete' });

    // As is advised where memory ran out.
    const frugal = [...set, 'micro_batch_size=2', 'gradient_checkpointing=true'];
    const events = await run({ recipes: ['demo/selector'], set: frugal });
    const start = events.find((event) => event.type === 'start' && event.stage === 'train selector');
    expect(start).toMatchObject({ total: 8, resumed: expect.any(Number) });
    expect(start).not.toMatchObject({ resumed: 0 });
    const lines = (await readFile(join(folderOf('selector'), 'training.jsonl'), 'utf8')).trim().split('\n');
    const steps = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'step');
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(existsSync(join(folderOf('selector'), '.checkpoints'))).toBe(false);
  },
  TIMEOUT,
);

describe('argument adapters that start from one of all tools', () => {
  const options = { recipes: ['demo/arguments'], set: [...SMALL, 'shared={epochs: 1, batch_size: 4, lr: 0.01}'] };
  const recorded = async (name: string, kind: string): Promise<{ loss: number }[]> => {
    const lines = (await readFile(join(folderOf(name), 'training.jsonl'), 'utf8')).trim().split('\n');
    return lines.map((line) => JSON.parse(line)).filter(({ event }) => event === kind);
  };

  test(
    'that one is trained first, on the samples of all, also where one tool is asked for',
    async () => {
      const events = await run({ ...options, tools: ['add'] });
      expect(events.filter(({ type }) => type === 'done').map(({ stage }) => stage)).toEqual([
        'train arguments',
        'train arguments-notes_add',
      ]);
      expect((await readManifest(folderOf('arguments')))?.counts).toMatchObject({ samples: 18, steps: 6 });
      const job = await readJsonFile(join(folderOf('arguments-notes_add'), 'job.json'), JobSchema);
      expect(job).toMatchObject({ start: '../arguments', lr: 5e-4 });
      expect(await readJsonFile(join(folderOf('arguments'), 'job.json'), JobSchema)).toMatchObject({
        start: null,
        lr: 0.01,
        tool: null,
      });
      // Untrained, the first step's loss would be that of the first.
      const first = (await recorded('arguments-notes_add', 'step'))[0]!.loss;
      expect(first).toBeLessThan((await recorded('arguments', 'step'))[0]!.loss - 0.5);
      expect(stagesOf(await run(options), 'skipped')).toEqual(['train arguments', 'train arguments-notes_add']);
    },
    TIMEOUT,
  );

  test(
    'other candidates are trained behind what they start from; which there are does not make the others stale',
    async () => {
      const shared = '{epochs: 1, batch_size: 4, lr: 0.01, candidates: [group, own, own-from-group, own-from-nothing]}';
      const more = { ...options, set: [...SMALL, `shared=${shared}`] };
      // `files` is two of three tools; `notes` has one with samples: its group’s adapter would be an own one.
      expect(await states(more)).toEqual({
        'train arguments': 'fresh',
        'train group-files': 'missing',
        'train arguments-files_read': 'fresh',
        'train arguments-files_write': 'fresh',
        'train arguments-notes_add': 'fresh',
        'train own-from-group-files_read': 'missing',
        'train own-from-group-files_write': 'missing',
        'train own-from-nothing-files_read': 'missing',
        'train own-from-nothing-files_write': 'missing',
        'train own-from-nothing-notes_add': 'missing',
      });
      const events = await run({ ...more, tools: ['files.read'] });
      const done = events.filter(({ type }) => type === 'done').map(({ stage }) => stage);
      expect(done.indexOf('train group-files')).toBeLessThan(done.indexOf('train own-from-group-files_read'));
      expect([...done].sort()).toEqual([
        'train group-files',
        'train own-from-group-files_read',
        'train own-from-nothing-files_read',
      ]);
      const jobOf = (name: string) => readJsonFile(join(folderOf(name), 'job.json'), JobSchema);
      expect(await jobOf('group-files')).toMatchObject({ start: '../arguments', tool: null, lr: 5e-4 });
      expect((await readManifest(folderOf('group-files')))?.counts).toMatchObject({ samples: 12 });
      expect(await jobOf('own-from-group-files_read')).toMatchObject({ start: '../group-files', tool: 'files.read' });
      expect(await jobOf('own-from-nothing-files_read')).toMatchObject({ start: null, tool: 'files.read', lr: 0.01 });
    },
    TIMEOUT,
  );

  test('the shared one alone', async () => {
    const set = [...SMALL, 'shared={epochs: 1, batch_size: 4, lr: 0.01, candidates: []}'];
    expect(await states({ ...options, set })).toEqual({ 'train arguments': 'fresh' });
  });

  test('what the common one is made of decides all', async () => {
    expect(await states({ ...options, set: [...SMALL, 'shared={epochs: 1, batch_size: 4, lr: 0.02}'] })).toEqual({
      'train arguments': 'stale',
      'train arguments-files_read': 'stale',
      'train arguments-files_write': 'stale',
      'train arguments-notes_add': 'stale',
    });
  });

  test(
    'where it fails, they are not trained, and other recipes are',
    async () => {
      const ruinous = join(context.workspace, 'ruinous.yaml');
      const demo = join(PROJECT_ROOT, 'recipes', 'demo', 'arguments.yaml');
      await writeFile(ruinous, `extends: ${demo}\nshared: {epochs: 1, batch_size: 4, lr: 1e30}\n`);
      const events: StageEvent[] = [];
      const failing = async () => {
        const recipes = [ruinous, 'demo/selector'];
        for await (const event of train(context, settings, { recipes, set: SMALL })) events.push(event);
      };
      await expect(failing()).rejects.toThrow(/finite/);
      expect(stagesOf(events, 'done')).toEqual(['train selector']);
    },
    TIMEOUT,
  );
});

test(
  'recipes of one run may have different trainers; what one does not support is told before anything is trained',
  async () => {
    const path = join(context.workspace, 'reference.yaml');
    const demo = join(PROJECT_ROOT, 'recipes', 'demo', 'selector.yaml');
    await writeFile(path, `extends: ${demo}\ntrainer: trl\n`);
    await expect(planTrain(context, settings, { recipes: [path], set: SMALL })).rejects.toThrow(
      /trainer `trl` does not support `method: shared-prefix`[\s\S]*peft/,
    );
    await writeFile(path, `extends: ${demo}\ntrainer: trl\nmethod: plain\nmax_steps: 2\n`);
    const events = await run({ recipes: [path, 'arguments'], force: true });
    expect(stagesOf(events, 'done')).toEqual([
      'train arguments-files_read',
      'train arguments-files_write',
      'train arguments-notes_add',
      'train selector',
    ]);
    expect((await readManifest(folderOf('arguments-notes_add')))?.toolVersions).not.toHaveProperty('trl');
    const manifest = await readManifest(folderOf('selector'));
    expect(manifest?.toolVersions).toHaveProperty('trl');
    expect(manifest?.counts).toMatchObject({ steps: 2 });
    expect(await states({ recipes: [path] })).toEqual({ 'train selector': 'fresh' });
    expect(await states({ recipes: ['demo/selector'] })).toEqual({ 'train selector': 'stale' });
  },
  TIMEOUT,
);

test('a job about which the trainer says nothing has failed, though the trainer is content', async () => {
  const jobs = await planJobs(context, settings, { recipes: ['arguments'], set: SMALL, tools: ['read', 'add'] });
  const silent = {
    name: 'silent',
    process: () => ({ name: 'silent', command: 'true', args: [], env: {}, graceMs: 0 }),
  };
  const fitted = jobs.map((job) => ({ ...job, cost: 1 }));
  const queue = runQueue(fitted, silent, context, {
    force: true,
    executor: localExecutor(),
    workers: 1,
    threads: () => 1,
    speed: () => 1,
  });
  const events: StageEvent[] = [];
  const failing = async () => {
    for await (const event of queue) events.push(event);
  };
  await expect(failing()).rejects.toThrow(
    /training failed: 2 errors[\s\S]*arguments-files_read: [\s\S]*arguments-notes_add: /,
  );
  expect(stagesOf(events, 'failed')).toEqual(['train arguments-files_read', 'train arguments-notes_add']);
});

test('more passes are more passes of every adapter, the shared one too', async () => {
  const epochsOf = async (passes?: number) => {
    const jobs = await planJobs(context, settings, { recipes: ['demo/selector', 'demo/arguments'], passes });
    return jobs.map(({ job }) => job.epochs);
  };
  const once = await epochsOf();
  expect(new Set(once).size).toBe(2);
  expect(await epochsOf(2.5)).toEqual(once.map((epochs) => epochs * 2.5));
});

test('two recipes of one adapter are refused', async () => {
  const twice = planTrain(context, settings, { recipes: ['selector', 'demo/selector'] });
  await expect(twice).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringMatching(/two recipes make the same adapter[\s\S]*recipes\/selector\.yaml.*demo\/selector/),
  });
});

test('what is not there yet is told with the command that makes it', async () => {
  const empty = { ...context, workspace: join(context.workspace, 'empty') };
  await expect(planTrain(empty, settings, { recipes: ['selector'] })).rejects.toThrow(/pnpm pipeline build-data/);
  await expect(planTrain(context, settings, { recipes: ['monolithic'] })).rejects.toThrow(
    /there are no monolithic samples/,
  );
});

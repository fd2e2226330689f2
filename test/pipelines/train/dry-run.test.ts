import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Context } from '../../../core/context.ts';
import type { StageEvent } from '../../../core/event.ts';
import { writeJsonFile } from '../../../core/json-file.ts';
import { EMBEDDED_BASE } from '../../../core/project.ts';
import { runStage } from '../../../core/stage.ts';
import { loadTokenizer } from '../../../core/tokenizer.ts';
import { DATA_FILE } from '../../../pipelines/build-data/data-basis.ts';
import { loadSettings, type Settings } from '../../../pipelines/settings.ts';
import { fitJobs, memoryTrouble } from '../../../pipelines/train/check-memory.ts';
import { dryRun } from '../../../pipelines/train/dry-run.ts';
import { measureSamples } from '../../../pipelines/train/measure-samples.ts';
import type { PlannedJob } from '../../../pipelines/train/plan-job.ts';
import { planJobs } from '../../../pipelines/train/plan-jobs.ts';
import { planMemory } from '../../../pipelines/train/plan-memory.ts';
import { unknownDevice } from '../../../trainers/memory/training-device.ts';
import { makeTool } from '../../datasets/made-up-traces.ts';
import { stamp } from '../../fixtures/stamp.ts';
import { trainingSamples, writeSamples } from '../../trainers/training-samples.ts';

const GB = 2 ** 30;
const WRITTEN = ['memory=as-written', 'micro_batch_size=8', 'gradient_checkpointing=true'];
const OPTIONS = {
  recipes: ['selector'],
  set: ['epochs=3', 'batch_size=4', 'precision=fp32', 'workers=1', ...WRITTEN],
};
const deviceOf = (gigabytes: number) =>
  ({ device: 'gpu', bf16: true, total: gigabytes * GB, free: gigabytes * GB }) as const;
let context: Context;
let settings: Settings;

beforeAll(async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'dry-run-'));
  context = { workspace, env: {}, serverEnv: {}, signal: new AbortController().signal };
  settings = await loadSettings(context);
  const tools = [makeTool('files.read', 'Reads a file.', {})];
  const catalogue = { version: 1, servers: [], tools, hash: 'sha256:0' };
  await writeJsonFile(join(workspace, 'catalogue', 'catalogue.json'), catalogue);
  await writeSamples(join(workspace, 'samples', 'train', 'selector.jsonl'), trainingSamples('selector', 10, 1));
  await writeSamples(
    join(workspace, 'samples', 'train', 'arguments', 'files-read.jsonl'),
    trainingSamples('arguments', 4, 1),
  );
  const data = { version: 1, deal: '', tools: { 'files.read': { basis: 'b', data: 'd' } } };
  await writeJsonFile(join(workspace, 'samples', DATA_FILE), data);
  await stamp(join(workspace, 'catalogue'));
  await stamp(join(workspace, 'samples'));
});
afterAll(() => rm(context.workspace, { recursive: true, force: true }));

async function fit(gigabytes: number, set: readonly string[] = []) {
  const jobs = await planJobs(context, settings, { ...OPTIONS, set: [...OPTIONS.set, ...set] });
  const steps = fitJobs(jobs, { workers: 1, device: deviceOf(gigabytes) });
  const events: StageEvent[] = [];
  for (let step = await steps.next(); ; step = await steps.next()) {
    if (step.done) return { events, jobs: step.value.map(({ job }) => job) };
    events.push(step.value);
  }
}

test('lists the adapters with samples, steps and memory, and makes nothing', async () => {
  const [row, ...others] = await dryRun(context, settings, OPTIONS, deviceOf(24));
  expect(others).toEqual([]);
  expect(row).toMatchObject({ job: 'selector', state: 'missing', samples: 10, steps: 9, available: 24 * GB });
  const { total, ...parts } = row!.memory!;
  expect(total).toBeCloseTo(
    Object.values(parts).reduce((sum, bytes) => sum + bytes, 0),
    0,
  );
  expect(row!.warning).toBeUndefined();
  expect(existsSync(join(context.workspace, 'adapters'))).toBe(false);
});

test('what is done again by force is what was asked for, not what it starts from', async () => {
  const options = { recipes: ['demo/arguments'], tools: ['files.read'], set: OPTIONS.set };
  for (const { plan } of await planJobs(context, settings, options)) {
    const made = runStage(plan, { signal: context.signal }, async function* () {
      yield { type: 'start', stage: plan.stage };
      return {};
    });
    await Array.fromAsync(made);
  }
  const states = async (force: boolean) =>
    (await dryRun(context, settings, { ...options, force }, deviceOf(24))).map(({ job, state }) => [job, state]);
  const [shared, own] = ['arguments', 'arguments-files-read'];
  expect(await states(false)).toEqual([
    [shared, 'fresh'],
    [own, 'fresh'],
  ]);
  expect(await states(true)).toEqual([
    [shared, 'fresh'],
    [own, 'stale'],
  ]);
  await rm(join(context.workspace, 'adapters'), { recursive: true });
});

test('what may not fit is a warning, what cannot is refused with its parts and what to do', async () => {
  const { total } = (await dryRun(context, settings, OPTIONS, deviceOf(24)))[0]!.memory!;
  const near = await fit((0.95 * total) / GB);
  expect(near.events.map(({ type }) => type)).toEqual(['parts', 'data', 'warning']);
  expect(near.events[1]).toMatchObject({ data: { event: 'memory', estimate: { total } } });
  await expect(fit((0.5 * total) / GB)).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringMatching(/train selector[\s\S]*at most[\s\S]*process \d[\s\S]*--set micro_batch_size=1/),
  });
  await expect(fit((0.5 * total) / GB, ['memory=24'])).resolves.toMatchObject({
    events: [{ type: 'parts' }, { type: 'data' }],
  });
  const rows = await dryRun(context, settings, OPTIONS, deviceOf((0.5 * total) / GB));
  expect(rows[0]!.warning).toContain('needs more memory than there is');
});

test('says where a trainer will be refused, as this machine has no GPU', async () => {
  const options = { ...OPTIONS, set: [...OPTIONS.set, 'trainer=unsloth', 'method=plain'] };
  const [row] = await dryRun(
    { ...context, env: { ...process.env, CUDA_VISIBLE_DEVICES: '' } as never },
    settings,
    options,
  );
  expect(row!.warning).toContain('`unsloth` runs on an NVIDIA GPU only');
  const [elsewhere] = await dryRun(context, settings, { ...options, executor: 'slurm' });
  expect(elsewhere!.warning).toBeUndefined();
});

test('memory in a recipe lowers micro-batch and checkpointing, the same each time, and makes no other adapter of it', async () => {
  const set = ['gradient_checkpointing=false'];
  const [plain, roomy] = [await fit(24, set), await fit(24, [...set, 'memory=auto'])];
  expect(roomy.jobs[0]).toMatchObject({ micro_batch_size: 4, gradient_checkpointing: false });
  const tight = await fit(24, [...set, 'memory=0.1']).catch((error: Error) => error.message);
  expect(tight).toContain('needs more memory');
  const plans = await Promise.all(
    [[], ['memory=8'], ['memory=auto']].map(async (memory) => {
      const [job] = await planJobs(context, settings, { ...OPTIONS, set: [...OPTIONS.set, ...set, ...memory] });
      return job!.plan;
    }),
  );
  expect(plans[1]).toEqual(plans[0]);
  expect(plans[2]).toEqual(plans[0]);
  expect(plain.jobs[0]!.micro_batch_size).toBe(8);
});

test('memory: auto is careful where it cannot be checked, as on a cluster: there 40 GB may be all', async () => {
  const set = ['batch_size=16', 'micro_batch_size=16', 'gradient_checkpointing=false'];
  const on = async (more: string[]) => {
    const options = { ...OPTIONS, set: [...OPTIONS.set, ...set, ...more] };
    const [row] = await dryRun(context, settings, options, unknownDevice('gpu'));
    return [row!.micro_batch_size, row!.gradient_checkpointing];
  };
  expect(await on(['memory=auto'])).toEqual([8, true]);
  expect(await on(['memory=auto', 'micro_batch_size=2'])).toEqual([2, true]);
  expect(await on(['memory=80'])).toEqual([16, false]);
});

test('what is not done as a recipe says is a warning', async () => {
  const uneven = await fit(24, ['trainer=trl', 'method=plain', 'batch_size=8', 'micro_batch_size=3']);
  expect(uneven.jobs[0]!.micro_batch_size).toBe(2);
  expect(uneven.events.at(-1)).toMatchObject({
    type: 'warning',
    message: expect.stringContaining('2 samples at once, not 3'),
  });
  const set = ['together=4', 'gradient_checkpointing=false', 'memory=auto'];
  const { events } = await fit(Number.POSITIVE_INFINITY, set);
  expect(events.at(-1)).toMatchObject({ type: 'warning', message: expect.stringContaining('alone, not together') });
});

test('adapters that share their steps are estimated at once; what fits one by one is not refused', async () => {
  const options = { ...OPTIONS, set: [...OPTIONS.set, 'gradient_checkpointing=false'] };
  const [alone] = await planJobs(context, settings, options);
  const [first] = await planJobs(context, settings, { ...options, set: [...options.set, 'together=3'] });
  const estimated = async (job: PlannedJob, count: number, gigabytes: number) => {
    const place = { workers: 1, device: deviceOf(gigabytes) };
    return (await planMemory(Array<PlannedJob>(count).fill(job), place))[0]!;
  };
  const one = await estimated(alone!, 5, 24);
  const three = await estimated(first!, 5, 24);
  expect([one.adapters, three.adapters]).toEqual([1, 3]);
  expect((await estimated(first!, 2, 24)).adapters).toBe(2);
  for (const part of ['adapter', 'activations', 'logits'] as const)
    expect(three.estimate![part] / one.estimate![part]).toBeCloseTo(3, 5);
  const tight = await estimated(first!, 5, one.estimate!.total / GB);
  expect(memoryTrouble(tight)).toMatch(/3 adapters at once/);
  expect(memoryTrouble(await estimated(first!, 5, (0.5 * one.estimate!.total) / GB))).toMatchObject({
    details: { todo: expect.stringContaining('--set together=1') },
  });
});

test('measures what samples share, and passes over lines that are none', async () => {
  const path = join(context.workspace, 'some.jsonl');
  const samples = trainingSamples('arguments', 12, 1);
  await writeFile(path, ['no JSON', '{}', ...samples.map((sample) => JSON.stringify(sample)), ''].join('\n'));
  const tokenizer = await loadTokenizer(EMBEDDED_BASE);
  const measured = await measureSamples(path, tokenizer);
  const [lengths] = measured;
  const exact = samples.map(({ spans }) => tokenizer.encode(spans.map(({ text }) => text).join('')).length);
  expect(lengths).toMatchObject({ samples: 12, longest: Math.max(...exact) });
  expect(lengths!.suffixes).toHaveLength(12);
  expect(lengths!.prefix + lengths!.suffixes[0]!).toBe(lengths!.longest);
  expect((12 * lengths!.prefix + lengths!.own) / exact.reduce((a, b) => a + b)).toBeCloseTo(1, 0.5);
});

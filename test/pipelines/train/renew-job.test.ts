import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readManifest, type StagePlan } from '../../../core/manifest.ts';
import { runStage } from '../../../core/stage.ts';
import type { PlannedJob } from '../../../pipelines/train/plan-job.ts';
import { renewJob } from '../../../pipelines/train/renew-job.ts';

let folder: string;
let older: StagePlan;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'renew-')), 'selector');
  const inputs = { base: 'b', tokenizer: 't', 'train/selector.jsonl': '1' };
  older = { stage: 'train selector', folder, inputs, settings: { epochs: 4, lr: 1 }, seed: 1 };
  await makeAdapter();
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

async function makeAdapter(): Promise<void> {
  const made = runStage(older, { signal: new AbortController().signal }, async function* ({ folder: place }) {
    await writeFile(join(place, 'adapter_model.safetensors'), 'weights');
    yield { type: 'start', stage: 'train selector' };
    return {};
  });
  await Array.fromAsync(made);
}

interface Change extends Omit<Partial<PlannedJob>, 'plan' | 'job'> {
  plan?: Partial<StagePlan>;
  job?: object;
}

/** The job of a plan with other samples, and with what a test changes. */
function jobOf({ plan, job, ...other }: Change = {}) {
  const inputs = { ...older.inputs, 'train/selector.jsonl': '2' };
  return {
    plan: { ...older, inputs, ...plan },
    recipe: { recipe: { renew: 0.25 } },
    job: {
      ...{ name: 'selector', tool: null, start: null, lr: 0.1, schedule: 'cosine' },
      ...{ epochs: 4, min_steps: 22, max_steps: null },
      ...job,
    },
    ...other,
  } as PlannedJob;
}

/** What the samples were before. */
const RENEWABLE = { renewable: { 'train/selector.jsonl': ['0', '1'], 'data of files.read': ['last', 'then'] } };
const renewed = (planned: PlannedJob) => renewJob(planned, RENEWABLE);

test.each([
  ['cosine', 0.0146],
  ['linear', 0.025],
  ['constant', 0.1],
])('the rate is what is left of a %s schedule', async (schedule, rate) => {
  const { job } = await renewed(jobOf({ job: { schedule } }));
  expect(job.lr).toBeCloseTo(rate, 4);
});

test('with other samples alone the adapter goes on from what it was, for a share of the epochs', async () => {
  const { job, renews, plan } = await renewed(jobOf());
  expect(job).toMatchObject({ start: join('..', 'selector'), epochs: 1, min_steps: 6, max_steps: null });
  expect((await renewed(jobOf({ job: { max_steps: 10 } }))).job.max_steps).toBe(3);
  expect(renews).toBe((await readManifest(folder))!.hash);
  // A later run takes it for what the recipe makes.
  expect(plan).toEqual(jobOf().plan);
});

const CHANGED = { base: 'b', tokenizer: 't', 'train/selector.jsonl': '2' };
test.each<[string, Change]>([
  ['another base', { plan: { inputs: { ...CHANGED, base: 'c' } } }],
  ['another tokenizer', { plan: { inputs: { ...CHANGED, tokenizer: 'u' } } }],
  ['another rate', { plan: { settings: { epochs: 4, lr: 2 } } }],
  ['another seed', { plan: { seed: 2 } }],
  ['a recipe that does not renew', { recipe: { recipe: {} } as PlannedJob['recipe'] }],
  ['one that starts from another', { start: {} as StagePlan }],
])('from nothing: %s', async (_, change) => {
  const planned = jobOf(change);
  expect(await renewed(planned)).toBe(planned);
});

describe('samples', () => {
  const known = { base: 'b', tokenizer: 't' };
  const ownPlan = { inputs: { ...known, 'data of files.read': 'now' } };

  test.each([
    ['goes on', 'then', true],
    ['from nothing: of another split, or of a tool with other parameters', 'other', false],
  ])('an own adapter %s', async (_, data, goesOn) => {
    older = { ...older, inputs: { ...known, 'data of files.read': data } };
    await makeAdapter();
    const { renews } = await renewed(jobOf({ plan: ownPlan, job: { tool: 'files.read' } }));
    expect(renews === (await readManifest(folder))!.hash).toBe(goesOn);
  });

  test('one of several tools goes on where each of them may, also where one is gone', async () => {
    const plan = { inputs: { ...known, 'data of files.write': 'same' } };
    const goesOn = async (data: Record<string, string>) => {
      older = { ...older, inputs: { ...known, ...data } };
      await makeAdapter();
      return (await renewed(jobOf({ plan }))).renews !== undefined;
    };
    expect(await goesOn({ 'data of files.write': 'same', 'data of files.read': 'then' })).toBe(true);
    expect(await goesOn({ 'data of files.write': 'another', 'data of files.read': 'then' })).toBe(false);
  });
});

test('from nothing where its samples are of another split', async () => {
  const planned = jobOf();
  expect(await renewJob(planned, { renewable: {} })).toBe(planned);
});

test('from nothing where there is none, or where it was edited', async () => {
  await writeFile(join(folder, 'adapter_model.safetensors'), 'other');
  expect((await renewed(jobOf())).renews).toBeUndefined();
  await rm(folder, { recursive: true });
  expect((await renewed(jobOf())).renews).toBeUndefined();
});

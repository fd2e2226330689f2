import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
    kin: [],
    ...other,
  } as PlannedJob;
}

test.each([
  ['cosine', 0.0146],
  ['linear', 0.025],
  ['constant', 0.1],
])('the rate is what is left of a %s schedule', async (schedule, rate) => {
  const { job } = await renewJob(jobOf({ job: { schedule } }));
  expect(job.lr).toBeCloseTo(rate, 4);
});

test('with other samples alone the adapter goes on from what it was, for a share of the epochs', async () => {
  const { job, renews, plan } = await renewJob(jobOf());
  expect(job).toMatchObject({ start: join('..', 'selector'), epochs: 1, min_steps: 6, max_steps: null });
  expect((await renewJob(jobOf({ job: { max_steps: 10 } }))).job.max_steps).toBe(3);
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
  ['the adapter of one tool, whose calls had another form', { job: { tool: 'files.read' }, kin: ['other'] }],
  ['one that starts from another', { start: {} as StagePlan }],
])('from nothing: %s', async (_, change) => {
  const planned = jobOf(change);
  expect(await renewJob(planned)).toBe(planned);
});

test('so does that of one tool while its calls have the same form', async () => {
  const inputs = { base: 'b', tokenizer: 't', 'data of files.read': 'then' };
  older = { ...older, inputs };
  await makeAdapter();
  const plan = { inputs: { ...inputs, 'data of files.read': 'now' } };
  const { renews } = await renewJob(jobOf({ plan, job: { tool: 'files.read' }, kin: ['last', 'then'] }));
  expect(renews).toBe((await readManifest(folder))!.hash);
});

test('from nothing where there is none, or where it was edited', async () => {
  await writeFile(join(folder, 'adapter_model.safetensors'), 'other');
  expect((await renewJob(jobOf())).renews).toBeUndefined();
  await rm(folder, { recursive: true });
  expect((await renewJob(jobOf())).renews).toBeUndefined();
});

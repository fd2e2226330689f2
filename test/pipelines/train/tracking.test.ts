import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, test } from 'vitest';
import type { Context } from '../../../core/context.ts';
import type { StageEvent, StageEvents } from '../../../core/event.ts';
import { PROJECT_ROOT } from '../../../core/project.ts';
import type { PlannedJob } from '../../../pipelines/train/plan-job.ts';
import { trackedEvents } from '../../../pipelines/train/tracking.ts';
import { loadRecipe } from '../../../recipes/load.ts';
import { recipeJob } from '../../../trainers/recipe-job.ts';

const TIMEOUT = 600_000;
const PRIVATE_PATH = '/home/somebody/private';
let context: Context;

beforeEach(async () => {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => ['PATH', 'HOME', 'PYTHON'].includes(name) || name.startsWith('PIP_'),
    ),
  ) as Record<string, string>;
  const workspace = await mkdtemp(join(tmpdir(), 'tracking-'));
  context = { workspace, env, serverEnv: {}, signal: new AbortController().signal };
});

async function planned(name: string, log: string): Promise<PlannedJob> {
  const recipe = await loadRecipe('selector', { set: [`log=${log}`] });
  const place = {
    name,
    tool: null,
    base: PRIVATE_PATH,
    base_hash: 'sha256:0',
    train: [PRIVATE_PATH],
    validation: [],
    hashes: { [PRIVATE_PATH]: 'sha256:0' },
  };
  return {
    plan: { stage: `train ${name}`, folder: '', inputs: {}, settings: {}, seed: 1 },
    recipe,
    onlyStart: false,
    earlier: [],
    job: recipeJob(recipe.recipe, { ...place, start: null, output: '.', seed: 1, threads: 0 }),
  };
}

function data(job: string, values: Record<string, unknown>): StageEvent {
  return { type: 'data', stage: `train ${job}`, data: { job, ...values } };
}

/** A training of some steps, of which the second is validated. */
async function* training(job: string, [from, to]: [number, number], ends = true): StageEvents {
  yield data(job, { event: 'start', total: to, resumed: from, samples: 9, device: 'cpu' });
  for (let step = from + 1; step <= to; step++) {
    yield data(job, {
      event: 'step',
      step,
      total: to,
      loss: 1 / step,
      lr: 0.5,
      grad_norm: 2,
      trained_tokens: 10,
      seconds: 0.5,
    });
    if (step === 2) yield data(job, { event: 'eval', step, loss: 0.25, accuracy: 0.75, exact: 0.5 });
  }
  if (ends) yield data(job, { event: 'done', step: to, kept: 2, seconds: 1 });
}

async function track(jobs: PlannedJob[], events: () => StageEvents): Promise<StageEvent[]> {
  const told = await Array.fromAsync(trackedEvents(context, jobs, events));
  return told.filter(({ type, stage }) => type === 'warning' && stage === 'train');
}

async function read(kind: 'tensorboard' | 'wandb', folder: string) {
  const python = join(PROJECT_ROOT, '.cache', kind, '.venv', 'bin', 'python');
  const script = join(import.meta.dirname, 'read_tracked.py');
  return JSON.parse((await promisify(execFile)(python, [script, kind, folder])).stdout);
}

test(
  'TensorBoard reads the curves of the jobs that ask for it, also where one was resumed',
  async () => {
    const jobs = [await planned('selector', '{tensorboard: true}'), await planned('arguments-a', '{}')];
    const warnings = await track(jobs, async function* () {
      yield* training('selector', [0, 4], false);
      yield* training('arguments-a', [0, 4]);
    });
    expect(warnings).toEqual([]);
    expect(await readdir(join(context.workspace, 'tensorboard'))).toEqual(['selector']);
    await track(jobs, () => training('selector', [2, 3]));
    const job = join(context.workspace, 'tensorboard', 'selector');
    expect(await readdir(job)).toHaveLength(1);
    const curves = await read('tensorboard', join(job, (await readdir(job))[0]!));
    expect(curves['training/loss']).toEqual([1, 2, 3].map((step) => [step, expect.closeTo(1 / step)]));
    expect(curves['training/trained_tokens_per_second']).toEqual([1, 2, 3].map((step) => [step, 20]));
    expect(curves).toMatchObject({
      'training/lr': expect.anything(),
      'training/grad_norm': expect.anything(),
      'validation/loss': [[2, 0.25]],
      'validation/accuracy': [[2, 0.75]],
      'validation/exact': [[2, 0.5]],
    });
    await track(jobs, () => training('selector', [0, 1]));
    expect(await readdir(job)).toHaveLength(2);
  },
  TIMEOUT,
);

test(
  'W&B is told figures and settings, one run a job, and nothing of the machine',
  async () => {
    const log = '{wandb: {project: tools, mode: offline}}';
    const jobs = [await planned('selector', log), await planned('arguments-a', log)];
    const warnings = await track(jobs, async function* () {
      yield* training('selector', [0, 3]);
      yield* training('arguments-a', [0, 1], false);
    });
    expect(warnings).toEqual([]);
    const runs = await read('wandb', context.workspace);
    const [arguments_, selector] = runs.toSorted((a: { name: string }, b: { name: string }) =>
      a.name < b.name ? -1 : 1,
    );
    expect(selector).toMatchObject({ name: 'selector', project: 'tools', exit: 0, tells_host: false });
    expect(selector.config).toMatchObject({ task: 'selector', lora_r: 32, samples: 9 });
    expect(JSON.stringify(selector)).not.toContain(PRIVATE_PATH);
    expect(selector.rows.map((row: Record<string, number>) => row['training/loss'])).toEqual([1, 1 / 2, 1 / 3]);
    expect(selector.rows[1]).toMatchObject({ _step: 2, 'validation/accuracy': 0.75, 'validation/exact': 0.5 });
    expect(arguments_).toMatchObject({ name: 'arguments-a', exit: 1 });
    expect(arguments_.id).not.toBe(selector.id);
  },
  TIMEOUT,
);

test('W&B online needs a key, which is asked for before anything is fetched or trained', async () => {
  const jobs = [await planned('selector', '{wandb: {project: tools}}')];
  const begin = () => {
    throw new Error('trained');
  };
  await expect(track(jobs, begin)).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringContaining('WANDB_API_KEY'),
  });
  expect(existsSync(join(context.workspace, 'wandb'))).toBe(false);
});

test(
  'a tracker that fails is told once, and stops no training',
  async () => {
    const jobs = [await planned('selector', '{tensorboard: true}')];
    const told: StageEvent[] = [];
    const events = async function* () {
      yield data('selector', { event: 'start' }); // without what it needs
      yield* training('arguments-a', [0, 50]);
      yield* training('selector', [0, 50]);
    };
    for await (const event of trackedEvents(context, jobs, events)) told.push(event);
    expect(told.filter(({ stage }) => stage !== 'python')).toHaveLength(1 + 2 * (50 + 3) + 1);
    expect(told.filter(({ type }) => type === 'warning')).toEqual([
      {
        type: 'warning',
        stage: 'train',
        message: expect.stringMatching(/TensorBoard is not told everything[\s\S]*resumed/),
      },
    ]);
  },
  TIMEOUT,
);

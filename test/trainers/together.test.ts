import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EMBEDDED_BASE, PROJECT_ROOT } from '../../core/project.ts';
import { runProcess } from '../../core/subprocess.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import { runTrainerProcess } from '../../trainers/executors/run-trainer-process.ts';
import type { Job } from '../../trainers/job.ts';
import { peftTrainer } from '../../trainers/peft.ts';
import { smallJob, trainingSamples, writeSamples } from './training-samples.ts';

const PYTHON = join(PROJECT_ROOT, '.venv', 'bin', 'python');
const SCRIPTS = join(PROJECT_ROOT, 'trainers', 'python');
const TIMEOUT = 300_000;
const env = { PATH: process.env.PATH ?? '' };
let folder: string;

async function writeJob(name: string, values: Partial<Job> = {}): Promise<string> {
  const path = join(folder, name, 'job.json');
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(path, JSON.stringify(smallJob({ name, base: EMBEDDED_BASE, ...values })));
  return path;
}

async function train(jobs: string[]): Promise<TrainerEvent[]> {
  const events: TrainerEvent[] = [];
  const run = { env, signal: new AbortController().signal, onEvent: (event: TrainerEvent) => events.push(event) };
  await runTrainerProcess(peftTrainer(PYTHON).process(jobs), run);
  return events;
}

const steps = (events: readonly TrainerEvent[], job: string) =>
  events.filter((event) => event.event === 'step').filter((event) => event.job === job);
const losses = (events: readonly TrainerEvent[], job: string) => steps(events, job).map(({ loss }) => loss);

function expectClose(found: readonly number[], expected: readonly number[]) {
  expect(found).toHaveLength(expected.length);
  for (const [at, loss] of found.entries()) expect(Math.abs(loss / expected[at]! - 1)).toBeLessThan(1e-4);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'together-'));
  await writeSamples(join(folder, 'train.jsonl'), trainingSamples('monolithic', 7, 1));
  await writeSamples(join(folder, 'other.jsonl'), trainingSamples('arguments', 9, 3));
  await writeSamples(join(folder, 'validation.jsonl'), trainingSamples('monolithic', 3, 2));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('gradients of several adapters in one step equal those of each alone to 1e-5, in fp32', async () => {
  const { exitCode, stdout, stderrTail } = await runProcess({
    name: 'check',
    command: PYTHON,
    args: [join(import.meta.dirname, 'together_check.py'), SCRIPTS],
    env,
  });
  expect(exitCode, stderrTail).toBe(0);
  const lines = stdout.trim().split('\n');
  const differences = JSON.parse(lines.pop()!) as Record<string, number[]>;
  expect(Object.values(differences).flat()).toHaveLength(20);
  // Five at once, then three at once do not fit into memory: two do, and one by itself.
  const warnings = lines.map((line) => JSON.parse(line)).map(({ kind, from, to }) => [kind, from, to]);
  expect(warnings).toEqual([...Array(5).fill(['together', 5, 3]), ...Array(3).fill(['together', 3, 2])]);
  for (const [name, found] of Object.entries(differences))
    for (const difference of found) expect(difference, name).toBeLessThan(1e-5);
}, 300_000);

test(
  'jobs that share their steps end as those that are trained alone; one that fails leaves',
  async () => {
    const other = { train: ['../other.jsonl'], epochs: 1, lr: 1e-3, micro_batch_size: 3 };
    const shared = { together: 4, eval_every: 0 };
    const events = await train([
      await writeJob('first', { eval_every: 0 }),
      await writeJob('second', { ...other, eval_every: 0 }),
      await writeJob('first-of-four', shared),
      await writeJob('second-of-four', { ...other, ...shared }),
      await writeJob('diverging', { ...shared, lr: 1e30, schedule: 'constant' }),
      await writeJob('without-samples', { ...shared, train: ['../missing.jsonl'] }),
      await writeJob('other-rank', { ...shared, lora_r: 2, max_steps: 1 }),
    ]);
    expectClose(losses(events, 'first-of-four'), losses(events, 'first'));
    expectClose(losses(events, 'second-of-four'), losses(events, 'second'));
    const order = events.filter(({ event }) => event === 'step').map(({ job }) => job);
    expect(order.slice(7, 13)).toEqual(expect.arrayContaining(['first-of-four', 'second-of-four', 'diverging']));
    const errors = events.filter((event) => event.event === 'error').map(({ job, kind }) => [job, kind]);
    expect(errors).toEqual([
      ['without-samples', 'bad_data'],
      ['diverging', 'diverged'],
    ]);
    for (const [name, as] of [
      ['first-of-four', 'first'],
      ['second-of-four', 'second'],
    ]) {
      const config = (job: string) => readFile(join(folder, job, 'adapter_config.json'), 'utf8');
      expect(await config(name!)).toBe(await config(as!));
    }
    const started = await train([
      await writeJob('started', { start: '../first-of-four', eval_every: 1, lr: 1e-9, max_steps: 1 }),
    ]);
    const validation = (found: TrainerEvent[], job: string) =>
      found
        .filter((event) => event.event === 'eval')
        .filter((event) => event.job === job)
        .at(-1)!.loss;
    expect(Math.abs(validation(started, 'started') / validation(events, 'first') - 1)).toBeLessThan(1e-3);
  },
  TIMEOUT,
);

test(
  'killed jobs that shared their steps go on from their checkpoints',
  async () => {
    const values = { checkpoint_steps: 2, epochs: 3, together: 2 };
    const jobs = [await writeJob('one', values), await writeJob('two', { ...values, train: ['../other.jsonl'] })];
    const child = spawn(PYTHON, [join(SCRIPTS, 'peft_trainer.py'), ...jobs], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exit = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout }))
      if (line.includes('"step": 5,') && line.includes('two')) child.kill('SIGKILL');
    expect(await exit).toEqual([null, 'SIGKILL']);

    const resumed = await train(jobs);
    const starts = resumed.filter((event) => event.event === 'start').map(({ job, resumed }) => [job, resumed]);
    expect(starts).toEqual([
      ['one', 4],
      ['two', 4],
    ]);
    const whole = await train([
      await writeJob('one-whole', { ...values, together: 1 }),
      await writeJob('two-whole', { ...values, together: 1, train: ['../other.jsonl'] }),
    ]);
    for (const name of ['one', 'two']) expectClose(losses(resumed, name), losses(whole, `${name}-whole`).slice(4));
  },
  TIMEOUT,
);

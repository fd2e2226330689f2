import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMBEDDED_BASE, PROJECT_ROOT } from '../../core/project.ts';
import { runProcess } from '../../core/subprocess.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import { runTrainerProcess } from '../../trainers/executors/run-trainer-process.ts';
import type { Job } from '../../trainers/job.ts';
import { peftTrainer } from '../../trainers/peft.ts';
import { smallJob, trainingSamples, writeSamples } from './training-samples.ts';

const PYTHON = join(PROJECT_ROOT, '.venv', 'bin', 'python');
const TRAINER = join(PROJECT_ROOT, 'trainers', 'python', 'peft_trainer.py');
/** Imports of torch alone take seconds, more on a busy machine. */
const TIMEOUT = 300_000;
const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
let folder: string;

async function writeJob(name: string, values: Partial<Job> = {}): Promise<string> {
  const path = join(folder, name, 'job.json');
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(path, JSON.stringify(smallJob({ name, base: EMBEDDED_BASE, ...values })));
  return path;
}

async function train(
  jobs: string[],
  onEvent: (event: TrainerEvent) => void = () => {},
  signal = new AbortController().signal,
) {
  const events: TrainerEvent[] = [];
  const record = (event: TrainerEvent) => {
    events.push(event);
    onEvent(event);
  };
  await runTrainerProcess(peftTrainer(PYTHON).process(jobs), { env, signal, onEvent: record });
  return events;
}

const of = <T extends TrainerEvent['event']>(events: readonly TrainerEvent[], kind: T, job?: string) =>
  events.filter(
    (event): event is Extract<TrainerEvent, { event: T }> => event.event === kind && (!job || event.job === job),
  );
const losses = (events: readonly TrainerEvent[], job: string) => of(events, 'step', job).map(({ loss }) => loss);
const adapter = (name: string) => readFile(join(folder, name, 'adapter_model.safetensors'));

function expectClose(found: readonly number[], expected: readonly number[]) {
  expect(found).toHaveLength(expected.length);
  for (const [at, loss] of found.entries()) expect(Math.abs(loss / expected[at]! - 1)).toBeLessThan(1e-5);
}

/** Trains until a step is told, and ends the process then as a power cut would. */
async function killAtStep(job: string, step: number): Promise<void> {
  const child = spawn(PYTHON, [TRAINER, job], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes(`"step": ${step},`)) child.kill('SIGKILL');
  }
  expect(await exit).toEqual([null, 'SIGKILL']);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peft-'));
  await writeSamples(join(folder, 'train.jsonl'), trainingSamples('monolithic', 14, 1));
  await writeSamples(join(folder, 'validation.jsonl'), trainingSamples('monolithic', 4, 2));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a queue of jobs in one process', () => {
  let events: TrainerEvent[];
  beforeAll(async () => {
    const untrained = trainingSamples('monolithic', 2, 3).map((sample) => ({
      ...sample,
      spans: sample.spans.map(({ text }) => ({ text, train: false })),
    }));
    await writeSamples(join(folder, 'untrained.jsonl'), untrained);
    const separated = trainingSamples('monolithic', 2, 4).map((sample) => ({
      ...sample,
      spans: sample.spans.map((span) => ({ ...span, text: span.text.replace('user\n', 'user\n\u2028\u2029\u0085') })),
    }));
    await writeSamples(join(folder, 'separated.jsonl'), separated);
    const all = trainingSamples('monolithic', 14, 1);
    await writeSamples(join(folder, 'first.jsonl'), all.slice(0, 5));
    await writeSamples(join(folder, 'rest.jsonl'), all.slice(5));
    events = await train([
      await writeJob('shared'),
      await writeJob('plain', { method: 'plain' }),
      await writeJob('untrained', { train: ['../untrained.jsonl'] }),
      await writeJob('too-long', { max_length: 20 }),
      await writeJob('separated', { train: ['../separated.jsonl'], max_steps: 1 }),
      await writeJob('micro', { micro_batch_size: 3 }),
      await writeJob('frugal', { gradient_checkpointing: true }),
      await writeJob('no-such-layer', { lora_target_modules: ['q_proj', 'wq'] }),
      await writeJob('not-linear', { lora_target_modules: ['q_proj', 'embed_tokens'] }),
      await writeJob('again'),
      await writeJob('other-seed', { seed: 2, max_steps: 1 }),
      await writeJob('best', {
        keep: 'best',
        lr: 0.2, // good for one step of the warm-up, and ruinous after it
        eval_every: 0.25,
        schedule: 'constant',
        warmup_ratio: 0.9,
        max_steps: 4,
      }),
      await writeJob('two-files', { train: ['../first.jsonl', '../rest.jsonl'] }),
      await writeJob('started', { start: '../shared', eval_every: 0.25, lr: 1e-9, max_steps: 1 }),
      await writeJob('other-rank', { start: '../shared', lora_r: 8 }),
      await writeJob('few', { epochs: 1, min_steps: 6, eval_every: 0, precision: 'bf16', lora_rslora: true }),
    ]);
  }, TIMEOUT);

  test('learns, and the loss is the mean over the trained tokens', () => {
    const [first, last] = [losses(events, 'shared')[0]!, losses(events, 'shared').at(-1)!];
    expect(losses(events, 'shared')).toHaveLength(8);
    expect(last).toBeLessThan(first);
    const evaluated = of(events, 'eval', 'shared');
    expect(evaluated.map(({ step }) => step)).toEqual([4, 8]);
    expect(evaluated[1]!.loss).toBeLessThan(evaluated[0]!.loss);
  });

  test('methods, micro batches and gradient checkpointing change the cost and nothing else', () => {
    for (const name of ['plain', 'micro', 'frugal']) expectClose(losses(events, name), losses(events, 'shared'));
    const computed = (name: string) => Math.max(...of(events, 'step', name).map((step) => step.computed_tokens));
    expect(computed('shared')).toBeLessThan(computed('plain') / 2);
  });

  test('the same job gives the same bytes, also behind other jobs; another seed does not', async () => {
    expect(losses(events, 'again')).toEqual(losses(events, 'shared'));
    expect((await adapter('again')).equals(await adapter('shared'))).toBe(true);
    expect(losses(events, 'other-seed')[0]).not.toBe(losses(events, 'shared')[0]);
  });

  test('a job that fails says why, names the sample, and fails alone', () => {
    expect(of(events, 'error').map(({ job, kind }) => [job, kind])).toEqual([
      ['untrained', 'bad_data'],
      ['too-long', 'bad_data'],
      ['no-such-layer', 'bad_job'],
      ['not-linear', 'bad_job'],
      ['other-rank', 'bad_data'],
    ]);
    expect(of(events, 'error', 'untrained')[0]).toMatchObject({
      message: expect.stringContaining('without a trained token'),
      where: 'untrained.jsonl:1 (monolithic-0)',
    });
    expect(of(events, 'error', 'too-long')[0]).toMatchObject({ expected: 'at most 20 tokens' });
    expect(of(events, 'error', 'no-such-layer')[0]).toMatchObject({
      message: expect.stringContaining('of the name wq'),
    });
    expect(of(events, 'error', 'not-linear')[0]).toMatchObject({ expected: expect.stringContaining('q_proj') });
    expect(of(events, 'done').map(({ job }) => job)).toEqual([
      'shared',
      'plain',
      'separated',
      'micro',
      'frugal',
      'again',
      'other-seed',
      'best',
      'two-files',
      'started',
      'few',
    ]);
  });

  test('samples may lie in several files, and no batch mixes them', () => {
    expect(of(events, 'start', 'two-files')[0]).toMatchObject({ samples: 14, total: 10 }); // 2 + 3 batches of 4, twice
    const seen = of(events, 'step', 'two-files').slice(0, 5);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(seen.map(({ tokens }) => tokens))).toBe(of(events, 'start', 'two-files')[0]!.tokens);
  });

  test('starts where another adapter ended, if that has the same form', async () => {
    const [ended, started] = [of(events, 'eval', 'shared').at(-1)!, of(events, 'eval', 'started').at(-1)!];
    expect(Math.abs(started.loss - ended.loss)).toBeLessThan(1e-4);
    expect(of(events, 'error', 'other-rank')[0]).toMatchObject({
      where: 'shared',
      message: expect.stringContaining('cannot start'),
    });
  });

  test('line separators of Unicode inside a sample end no line', () => {
    expect(of(events, 'start', 'separated')[0]).toMatchObject({ samples: 2 });
  });

  test('the adapter of most calls right is kept where that is asked for; where as many, that of the lower loss', () => {
    const evaluated = of(events, 'eval', 'best');
    const lowest = evaluated.toSorted((a, b) => b.exact! - a.exact! || a.loss - b.loss)[0]!;
    expect(lowest.step).toBeLessThan(4);
    expect(of(events, 'done', 'best')[0]).toMatchObject({ step: 4, kept: lowest.step });
  });

  test('min_steps holds, validation comes at the end, and the rate warms up and falls', () => {
    expect(losses(events, 'few')).toHaveLength(6);
    expect(of(events, 'eval', 'few').map(({ step }) => step)).toEqual([6]);
    const rates = of(events, 'step', 'few').map(({ lr }) => lr);
    expect(rates[0]).toBeLessThan(rates[1]!);
    expect(rates.at(-1)).toBeLessThan(rates[1]! / 4);
  });

  test('writes PEFT’s files, without places of this machine', async () => {
    const text = await readFile(join(folder, 'few', 'adapter_config.json'), 'utf8');
    const config = JSON.parse(text);
    expect(config).toMatchObject({ r: 4, lora_alpha: 8, use_rslora: true, base_model_name_or_path: 'embedded-base' });
    expect(config.target_modules).toEqual([
      'down_proj',
      'gate_proj',
      'k_proj',
      'o_proj',
      'q_proj',
      'up_proj',
      'v_proj',
    ]);
    expect(text).not.toContain(PROJECT_ROOT);
    expect(existsSync(join(folder, 'few', 'README.md'))).toBe(false);
  });
});

test(
  'killed, then stopped, then left alone: ends with the bytes of an unbroken run',
  async () => {
    const often = { checkpoint_steps: 2, eval_every: 0.5, keep: 'best' } as const;
    const values = { ...often, epochs: 3, lora_dropout: 0.1, method: 'plain' } as const;
    const whole = await train([await writeJob('whole', values)]);
    const job = await writeJob('broken', values);

    await killAtStep(job, 5);

    const stop = new AbortController();
    const resumed: TrainerEvent[] = [];
    const second = train(
      [job],
      (event) => {
        resumed.push(event);
        if (event.event === 'step' && event.step === 7) stop.abort();
      },
      stop.signal,
    );
    await expect(second).rejects.toMatchObject({ kind: 'interrupted' });
    expect(of(resumed, 'start')[0]!.resumed).toBe(4);

    const third = await train([job]);
    expect(of(third, 'start')[0]!.resumed).toBeGreaterThanOrEqual(7);
    const from = of(third, 'start')[0]!.resumed;
    expect(losses(resumed, 'broken').slice(0, 3)).toEqual(losses(whole, 'whole').slice(4, 7));
    expect(losses(third, 'broken')).toEqual(losses(whole, 'whole').slice(from));
    const evaluated = (found: TrainerEvent[]) => of(found, 'eval').map(({ step, loss }) => ({ step, loss }));
    expect(evaluated(third)).toEqual(evaluated(whole).filter(({ step }) => step >= from));
    expect((await adapter('broken')).equals(await adapter('whole'))).toBe(true);
  },
  TIMEOUT,
);

test(
  'stopped in an evaluation: leaves it, and begins with it when it goes on',
  async () => {
    await writeSamples(join(folder, 'many.jsonl'), trainingSamples('monolithic', 200, 5));
    const job = await writeJob('evaluating', { validation: ['../many.jsonl'], epochs: 1 });
    const stop = new AbortController();
    const stopped: TrainerEvent[] = [];
    const first = train(
      [job],
      (event) => {
        stopped.push(event);
        if (event.event === 'step' && event.step === event.total) stop.abort();
      },
      stop.signal,
    );
    await expect(first).rejects.toMatchObject({ kind: 'interrupted' });
    expect(of(stopped, 'eval')).toEqual([]);
    expect(of(stopped, 'done')).toEqual([]);

    const resumed = await train([job]);
    expect(resumed.map(({ event }) => event)).toEqual(['start', 'validating', 'eval', 'done']);
    expect(of(resumed, 'start')[0]).toMatchObject({ resumed: 4, total: 4 });
  },
  TIMEOUT,
);

test(
  'ends when its parent dies',
  async () => {
    const job = await writeJob('orphan', { epochs: 100_000 });
    const script = `${PYTHON} ${TRAINER} ${job} >/dev/null 2>&1 & echo $!; exec sleep 2`;
    const { stdout } = await runProcess({ name: 'sh', command: 'sh', args: ['-c', script], env });
    const pid = Number(stdout.trim());
    await expect.poll(() => isAlive(pid), { timeout: TIMEOUT, interval: 500 }).toBe(false);
  },
  TIMEOUT,
);

test('a Python that breaks before any job is begun is a failure, with its last lines', async () => {
  const broken = join(folder, 'broken-python');
  await writeFile(broken, '#!/bin/sh\necho "OSError: libtorch.so: cannot open" >&2\nexit 1\n', { mode: 0o755 });
  const running = runTrainerProcess(peftTrainer(broken).process([]), {
    env,
    signal: new AbortController().signal,
    onEvent: () => {},
  });
  await expect(running).rejects.toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(/exit code 1[\s\S]*libtorch/),
  });
});

test('a Python without the packages is told apart from a failure', async () => {
  const job = await writeJob('no-packages');
  const bare = runTrainerProcess(peftTrainer('python3').process([job]), {
    env: { ...env, PYTHONNOUSERSITE: '1' },
    signal: new AbortController().signal,
    onEvent: () => {},
  });
  await expect(bare).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringContaining('a Python package is missing'),
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

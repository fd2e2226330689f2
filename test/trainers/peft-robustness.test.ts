import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../core/project.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import { runTrainerProcess } from '../../trainers/executors/run-trainer-process.ts';
import type { Job } from '../../trainers/job.ts';
import { peftTrainer } from '../../trainers/peft.ts';
import type { TrainerProcess } from '../../trainers/trainer.ts';
import { tinySamples, writeTinyBase } from './tiny-base.ts';
import { smallJob, writeSamples } from './training-samples.ts';

const PYTHON = join(PROJECT_ROOT, '.venv', 'bin', 'python');
const TRAINER = join(PROJECT_ROOT, 'trainers', 'python');
/** See its docstring for what a job's name asks for. */
const LIMITED = join(import.meta.dirname, 'limited_trainer.py');
/** Else what an earlier job freed stays with the process, and a limit beside what the process has is none. */
const GIVES_BACK = { MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '65536', MALLOC_ARENA_MAX: '1' };
const TIMEOUT = 600_000;
const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
let folder: string;

async function writeJob(name: string, values: Partial<Job> = {}): Promise<string> {
  const path = join(folder, name, 'job.json');
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(path, JSON.stringify(smallJob({ name, base: '../base', ...values })));
  return path;
}

function limited(jobs: readonly string[]): TrainerProcess {
  const process = peftTrainer(PYTHON).process(jobs);
  return { ...process, env: { ...process.env, ...GIVES_BACK }, args: [LIMITED, TRAINER, ...jobs] };
}

async function train(process: TrainerProcess): Promise<TrainerEvent[]> {
  const events: TrainerEvent[] = [];
  const signal = new AbortController().signal;
  await runTrainerProcess(process, { env, signal, onEvent: (event) => void events.push(event) });
  return events;
}

/** Starts a process, and ends it as a power cut would at a line that it prints. Returns how it ended. */
async function endAt(jobs: readonly string[], text?: string): Promise<unknown> {
  const { command, args, env: own } = limited(jobs);
  const child = spawn(command, args, { env: { ...env, ...own }, stdio: ['ignore', 'pipe', 'ignore'] });
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    if (text !== undefined && line.includes(text)) child.kill('SIGKILL');
  }
  return (await exit)[1];
}

const of = <T extends TrainerEvent['event']>(events: readonly TrainerEvent[], kind: T, job: string) =>
  events.filter((event): event is Extract<TrainerEvent, { event: T }> => event.event === kind && event.job === job);
const adapter = (name: string) => readFile(join(folder, name, 'adapter_model.safetensors'));
const checkpoints = (name: string) => readdir(join(folder, name, '.checkpoints'));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'robust-'));
  await writeTinyBase(join(folder, 'base'), { vocabulary: 64 });
  await writeTinyBase(join(folder, 'wide'), { vocabulary: 4000 });
  await writeTinyBase(join(folder, 'broken'), { vocabulary: 64, broken: 'model.layers.1.mlp.up_proj.weight' });
  await writeTinyBase(join(folder, 'small'), { vocabulary: 20, words: 64 });
  await writeSamples(join(folder, 'train.jsonl'), tinySamples({ count: 16, seed: 1 }));
  await writeSamples(join(folder, 'validation.jsonl'), tinySamples({ count: 8, seed: 2 }));
  await writeSamples(join(folder, 'long.jsonl'), tinySamples({ count: 16, seed: 1, trained: 100 }));
  await writeSamples(join(folder, 'one.jsonl'), tinySamples({ count: 1, seed: 3 }));
  await writeSamples(join(folder, 'outlier.jsonl'), [
    ...tinySamples({ count: 6, seed: 4 }),
    ...tinySamples({ count: 1, seed: 5, trained: 3000 }),
  ]);
  await writeFile(join(folder, 'empty.jsonl'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Needs about 60 MB for a batch at once. */
const HEAVY: Partial<Job> = {
  base: '../wide',
  train: ['../long.jsonl'],
  validation: [],
  method: 'plain',
  lora_dropout: 0.1,
  batch_size: 8,
  micro_batch_size: 8,
  epochs: 1,
  schedule: 'constant',
  warmup_ratio: 0,
  checkpoint_steps: 1,
};
const LEARNS: Partial<Job> = {
  batch_size: 8,
  micro_batch_size: 8,
  epochs: 20,
  lr: 2e-2,
  eval_every: 2,
  keep: 'best',
  checkpoint_steps: 2,
};

describe('what goes wrong in a queue of jobs', () => {
  let events: TrainerEvent[];
  beforeAll(async () => {
    events = await train(
      limited([
        await writeJob('warm', { max_steps: 1, validation: [], method: 'plain' }), // what torch loads at its first step is not counted
        await writeJob('too long within 8 MB', { ...HEAVY, train: ['../outlier.jsonl'] }),
        await writeJob('overflows within 25 MB', HEAVY),
        await writeJob('overflows by 4', { ...HEAVY, micro_batch_size: 4 }),
        await writeJob('overflows by 2', { ...HEAVY, micro_batch_size: 2 }),
        await writeJob('overflows by 1', { ...HEAVY, micro_batch_size: 1 }),
        await writeJob('hopeless', { lr: 1e15, schedule: 'constant', warmup_ratio: 0 }),
        await writeJob('best', LEARNS),
        await writeJob('patient', { ...LEARNS, early_stop_patience: 3 }),
        await writeJob('files of 96 kB', LEARNS),
        await writeJob('adapter of 1 kB', LEARNS),
        await writeJob('one sample', { train: ['../one.jsonl'], batch_size: 64, micro_batch_size: 64 }),
        await writeJob('outlier', { train: ['../outlier.jsonl'], batch_size: 64, micro_batch_size: 64, epochs: 1 }),
        await writeJob('no validation', { validation: ['../empty.jsonl'], keep: 'best', max_steps: 1 }),
        await writeJob('no samples', { train: ['../empty.jsonl'] }),
        await writeJob('broken base', { base: '../broken' }),
        await writeJob('unknown ids', { base: '../small' }),
        await writeJob('changed samples', { hashes: { '../train.jsonl': 'sha256:0' } }),
        await writeJob('last', { max_steps: 1 }),
      ]),
    );
  }, TIMEOUT);

  test('where memory runs out the micro-batch is halved, and the adapter is that of a smaller one from the start', async () => {
    const halved = of(events, 'warning', 'overflows within 25 MB').filter(({ kind }) => kind === 'micro_batch');
    expect(halved[0]).toMatchObject({ step: 1, from: 8, to: 4 });
    const size = halved.at(-1)!.to!;
    expect((await adapter('overflows within 25 MB')).equals(await adapter(`overflows by ${size}`))).toBe(true);
    expect(of(events, 'done', 'overflows within 25 MB')[0]).toMatchObject({ halvings: halved.length });
    // Of both steps, after it went back.
    const losses = (job: string) =>
      of(events, 'step', job)
        .map(({ loss }) => loss)
        .slice(-2);
    expect(losses('overflows within 25 MB')).toEqual(losses(`overflows by ${size}`));
  });

  test('where not even one sample fits, that is the error', () => {
    expect(of(events, 'error', 'too long within 8 MB')).toMatchObject([
      { kind: 'out_of_memory', found: expect.stringContaining('a sample of 3015 tokens') },
    ]);
  });

  test('a loss that overflows goes back once and halves the rate, and then fails', () => {
    for (const job of ['overflows by 4', 'hopeless'])
      expect(of(events, 'warning', job).map(({ kind, from, to }) => [kind, from, to])).toEqual([['went_back', 1, 0]]);
    expect(of(events, 'step', 'overflows by 4').map(({ step, lr }) => [step, lr])).toEqual([
      [1, 2e-3],
      [1, 1e-3],
      [2, 1e-3],
    ]);
    expect(of(events, 'done', 'overflows by 4')[0]).toMatchObject({ went_back: 1 });
    expect(of(events, 'error', 'hopeless')).toMatchObject([
      { kind: 'diverged', message: expect.stringMatching(/not finite at step 2, after it had gone back/) },
    ]);
  });

  test('the adapter that gets most held-out calls right is kept, and patience ends a training that gets no better', () => {
    const evaluated = of(events, 'eval', 'best');
    const best = evaluated.toSorted((a, b) => b.exact! - a.exact! || a.loss - b.loss)[0]!;
    expect(best.exact).toBeGreaterThan(evaluated[0]!.exact!);
    expect(of(events, 'done', 'best')[0]).toMatchObject({ step: 40, kept: best.step });
    const [patient] = of(events, 'done', 'patient');
    expect(patient!.step).toBeLessThan(40);
    expect(patient!.step - patient!.kept).toBe(3 * 4); // a validation after each second epoch of two steps
  });

  test('a full disk is told, and what was complete stays', async () => {
    for (const job of ['files of 96 kB', 'adapter of 1 kB'])
      expect(of(events, 'error', job).map(({ kind }) => kind)).toEqual(['disk_full']);
    expect((await checkpoints('files of 96 kB')).every((name) => /^step-\d+\.pt$/.test(name))).toBe(true);
    expect(await checkpoints('files of 96 kB')).not.toEqual([]);
  });

  test('odd data is trained on, or refused with its place', () => {
    for (const job of ['one sample', 'outlier', 'no validation', 'last'])
      expect(of(events, 'done', job), job).toHaveLength(1);
    expect(of(events, 'warning', 'no validation')).toMatchObject([{ kind: 'no_validation' }]);
    const refused = ['no samples', 'broken base', 'unknown ids', 'changed samples'];
    expect(refused.map((job) => of(events, 'error', job).map(({ kind, where }) => [kind, where]))).toEqual([
      [['bad_data', 'empty.jsonl']],
      [['bad_base', 'broken']],
      [['bad_base', 'small']],
      [['bad_data', 'train.jsonl']],
    ]);
    expect(of(events, 'error', 'broken base')[0]).toMatchObject({ found: 'model.layers.1.mlp.up_proj.weight' });
  });

  test(
    'killed after it went back, or in the middle of a checkpoint, or with a full disk: all go on to the bytes of an unbroken run',
    async () => {
      const [halved, torn] = [
        await writeJob('overflows again within 25 MB', HEAVY),
        await writeJob('dies at 96 kB', LEARNS),
      ];
      expect(await endAt([join(folder, 'warm', 'job.json'), halved], '"kind": "went_back"')).toBe('SIGKILL');
      expect(await endAt([torn])).toBe('SIGXFSZ');
      expect((await checkpoints('dies at 96 kB')).filter((name) => name.startsWith('.'))).toHaveLength(1);

      const full = ['files of 96 kB', 'adapter of 1 kB'].map((name) => join(folder, name, 'job.json'));
      const resumed = await train(peftTrainer(PYTHON).process([halved, torn, ...full]));
      expect(resumed.filter(({ event }) => event === 'error' || event === 'warning')).toEqual([]);
      const [again] = of(resumed, 'done', 'overflows again within 25 MB');
      expect(again).toMatchObject({ went_back: 1 });
      expect(again!.halvings).toBeGreaterThan(0);
      const size = HEAVY.micro_batch_size! / 2 ** again!.halvings!; // the memory that is left differs from process to process
      expect((await adapter('overflows again within 25 MB')).equals(await adapter(`overflows by ${size}`))).toBe(true);
      for (const name of ['dies at 96 kB', 'files of 96 kB', 'adapter of 1 kB']) {
        expect(of(resumed, 'start', name)[0]!.resumed, name).toBeGreaterThan(0);
        expect((await adapter(name)).equals(await adapter('best')), name).toBe(true);
      }
    },
    TIMEOUT,
  );
});

test(
  'nobody reads its events any more: it writes a checkpoint and ends',
  async () => {
    const job = await writeJob('unheard', { ...LEARNS, epochs: 100_000, eval_every: 0, checkpoint_steps: null });
    const child = spawn(
      'bash',
      ['-c', `${PYTHON} ${TRAINER}/peft_trainer.py ${job} | head -n 3; exit \${PIPESTATUS[0]}`],
      {
        env,
        stdio: 'ignore',
      },
    );
    expect((await once(child, 'exit'))[0]).toBe(143);
    expect(await checkpoints('unheard')).toHaveLength(1);
  },
  TIMEOUT,
);

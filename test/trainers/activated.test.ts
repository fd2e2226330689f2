import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMBEDDED_BASE, PROJECT_ROOT } from '../../core/project.ts';
import { runProcess } from '../../core/subprocess.ts';
import { loadTokenizer } from '../../core/tokenizer.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import { runTrainerProcess } from '../../trainers/executors/run-trainer-process.ts';
import type { Job } from '../../trainers/job.ts';
import { peftTrainer } from '../../trainers/peft.ts';
import { smallJob, trainingSamples, writeSamples } from './training-samples.ts';

const PYTHON = join(PROJECT_ROOT, '.venv', 'bin', 'python');
const TIMEOUT = 300_000;
const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };

test(
  'gradients equal those of PEFT’s aLoRA on full sequences to 1e-5, in fp32 and grouped-query attention; kept prefixes are not computed again',
  async () => {
    const { exitCode, stdout, stderrTail } = await runProcess({
      name: 'check',
      command: PYTHON,
      args: [join(import.meta.dirname, 'activated_check.py'), join(PROJECT_ROOT, 'trainers', 'python')],
      env,
    });
    expect(exitCode, stderrTail).toBe(0);
    const { exact, near, computed } = JSON.parse(stdout) as {
      exact: Record<string, number>;
      near: Record<string, number>;
      computed: Record<string, { first: number; again: number; lost: number }>;
    };
    expect(Object.keys(exact)).toHaveLength(18);
    for (const [name, difference] of Object.entries(exact)) expect(difference, name).toBeLessThan(1e-5);
    for (const [name, difference] of Object.entries(near)) expect(difference, `${name}, bf16`).toBeLessThan(0.02);
    expect(computed['different lengths']).toEqual({ first: 40 + 39 + 20, again: 20, lost: 40 + 39 + 20 });
  },
  TIMEOUT,
);

describe('a queue of activated jobs', () => {
  let folder: string;
  let events: TrainerEvent[];
  const of = <T extends TrainerEvent['event']>(kind: T, job: string) =>
    events.filter((event): event is Extract<TrainerEvent, { event: T }> => event.event === kind && event.job === job);
  const adapter = (name: string) => readFile(join(folder, name, 'adapter_model.safetensors'));
  const config = async (name: string) =>
    JSON.parse(await readFile(join(folder, name, 'adapter_config.json'), 'utf8')) as Record<string, unknown>;

  async function writeJob(name: string, values: Partial<Job> = {}): Promise<string> {
    const path = join(folder, name, 'job.json');
    await mkdir(join(folder, name), { recursive: true });
    const job = smallJob({ name, base: EMBEDDED_BASE, method: 'activated', task: 'selector', ...values });
    await writeFile(path, JSON.stringify(job));
    return path;
  }

  async function train(jobs: string[], signal = new AbortController().signal, onEvent = (_: TrainerEvent) => {}) {
    const told: TrainerEvent[] = [];
    const record = (event: TrainerEvent) => {
      told.push(event);
      onEvent(event);
    };
    const running = runTrainerProcess(peftTrainer(PYTHON).process(jobs), { env, signal, onEvent: record });
    return { told, running };
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'activated-'));
    const selector = trainingSamples('selector', 14, 1);
    await writeSamples(join(folder, 'train.jsonl'), selector);
    await writeSamples(join(folder, 'validation.jsonl'), trainingSamples('selector', 4, 2));
    await writeSamples(join(folder, 'arguments.jsonl'), trainingSamples('arguments', 6, 3));
    await writeSamples(join(folder, 'odd.jsonl'), [
      ...selector.slice(0, 2),
      { ...selector[2]!, id: 'odd', spans: [{ text: 'call:', train: false }, ...selector[2]!.spans.slice(1)] },
    ]);
    const { told, running } = await train([
      await writeJob('selector'),
      await writeJob('again', { seed: 1 }),
      await writeJob('forgetful', { prefix_memory_gb: 0 }),
      await writeJob('on-disk', { prefix_memory_gb: 0, prefix_disk_gb: 1 }),
      await writeJob('micro', { micro_batch_size: 3, gradient_checkpointing: true }),
      await writeJob('long', { invocation_length: 64, max_steps: 1 }),
      await writeJob('arguments', { train: ['../arguments.jsonl'], validation: [], task: 'arguments' }),
      await writeJob('started', {
        train: ['../arguments.jsonl'],
        validation: [],
        task: 'arguments',
        start: '../arguments',
        invocation_length: 64,
      }),
      await writeJob('odd', { train: ['../odd.jsonl'] }),
      await writeJob('odd-validation', { validation: ['../odd.jsonl'] }),
    ]);
    await running;
    events = told;
  }, TIMEOUT);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('learns, and computes nothing before the invocation again', () => {
    const losses = of('step', 'selector').map(({ loss }) => loss);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    const [first, later] = [of('step', 'selector')[0]!, of('step', 'selector').at(-1)!];
    expect(first.computed_tokens).toBeGreaterThan(100);
    // Four samples, each an invocation of four tokens and a trained name, whose last token predicts nothing; two in an epoch's last batch.
    expect([later.trained_tokens + 4 * (4 - 1), later.trained_tokens + 2 * (4 - 1)]).toContain(later.computed_tokens);
  });

  test('what is kept, and where, changes no bit; it serves the next adapter too', async () => {
    for (const name of ['again', 'forgetful', 'on-disk'])
      expect((await adapter(name)).equals(await adapter('selector')), name).toBe(true);
    expect(of('step', 'again')[0]!.computed_tokens).toBeLessThan(50);
    expect(of('step', 'on-disk').at(-1)!.computed_tokens).toBeLessThan(50);
    expect(of('step', 'forgetful').at(-1)!.computed_tokens).toBeGreaterThan(100);
    for (const [at, { loss }] of of('step', 'micro').entries())
      expect(Math.abs(loss / of('step', 'selector')[at]!.loss - 1)).toBeLessThan(1e-5);
  });

  test('the invocation is the template’s last tokens before the trained ones, and PEFT’s config names it', async () => {
    const { encode } = await loadTokenizer(EMBEDDED_BASE);
    expect((await config('selector')).alora_invocation_tokens).toEqual(encode('{"name": "'));
    expect((await config('long')).alora_invocation_tokens).toEqual(encode('<tool_call>\n{"name": "'));
    const own = encode(' "arguments":');
    expect((await config('arguments')).alora_invocation_tokens).toEqual([encode('tool_1",').at(-1), ...own]);
  });

  test('one that starts from another adapter has its invocation', async () => {
    expect((await config('started')).alora_invocation_tokens).toEqual(
      (await config('arguments')).alora_invocation_tokens,
    );
  });

  test('samples without a common invocation are refused, by name', () => {
    for (const job of ['odd', 'odd-validation'])
      expect(of('error', job)).toMatchObject([
        { kind: 'bad_data', where: 'odd', message: expect.stringContaining('no invocation') },
      ]);
  });

  test(
    'stopped and resumed it ends with the bytes of an unbroken run',
    async () => {
      const values = { checkpoint_steps: 1, epochs: 3 };
      const whole = await train([await writeJob('whole', values)]);
      await whole.running;
      const stop = new AbortController();
      const job = await writeJob('broken', values);
      const first = await train([job], stop.signal, (event) => {
        if (event.event === 'step' && event.step === 5) stop.abort();
      });
      await expect(first.running).rejects.toMatchObject({ kind: 'interrupted' });
      const second = await train([job]);
      await second.running;
      expect((await adapter('broken')).equals(await adapter('whole'))).toBe(true);
    },
    TIMEOUT,
  );
});

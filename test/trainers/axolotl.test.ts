import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { PROJECT_ROOT } from '../../core/project.ts';
import { AXOLOTL } from '../../trainers/axolotl.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import type { Trainer } from '../../trainers/trainer.ts';
import { TRL } from '../../trainers/trl.ts';
import { eventsOf, lossesOf, pythonOf, trainJobs, writeJob } from './train-jobs.ts';
import { trainingSamples, writeSamples } from './training-samples.ts';

const PYTHON = join(PROJECT_ROOT, '.venv', 'bin', 'python');
const COMMAND = join(import.meta.dirname, 'stand-ins', 'axolotl-command.py');
/** Each process imports torch, transformers and TRL, which takes minutes on a busy machine. */
const TIMEOUT = 1_800_000;
let folder: string;
let axolotl: Trainer;

const job = (name: string, values: Parameters<typeof writeJob>[2] = {}) =>
  writeJob(folder, name, { trainer: 'axolotl', method: 'plain', max_steps: 4, ...values });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'axolotl-'));
  await writeSamples(join(folder, 'train.jsonl'), trainingSamples('monolithic', 6, 1));
  await writeSamples(join(folder, 'validation.jsonl'), trainingSamples('monolithic', 2, 2));
  const own = await pythonOf(TRL.places('none')[0]!); // has what the stand-in needs
  await writeFile(join(folder, 'axolotl'), `#!/bin/sh\nexec ${own} ${COMMAND} "$@"\n`);
  await chmod(join(folder, 'axolotl'), 0o755);
  axolotl = AXOLOTL.open([PYTHON, join(folder, 'python')]);
}, TIMEOUT);
afterAll(() => rm(folder, { recursive: true, force: true }));

test(
  'tells what Axolotl does, and takes the adapter that it writes',
  async () => {
    const events = await trainJobs(axolotl, [
      await job('no-memory', { max_grad_norm: 66 }),
      await job('good', {
        epochs: 4,
        batch_size: 6,
        micro_batch_size: 3,
        eval_every: 0,
        lora_target_modules: ['q_proj', 'v_proj'],
        schedule: 'constant',
      }),
    ]);
    expect(eventsOf(events, 'error')).toMatchObject([{ job: 'no-memory', kind: 'out_of_memory' }]);
    expect(eventsOf(events, 'start')).toMatchObject([
      { job: 'good', total: 4, resumed: 0, samples: 6, versions: { axolotl: '0.19.0' } },
    ]);
    const losses = lossesOf(events, 'good');
    expect(losses).toHaveLength(4);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    expect(eventsOf(events, 'eval')).toMatchObject([{ step: 4, samples: 2, accuracy: expect.any(Number) }]);
    expect(eventsOf(events, 'done')).toMatchObject([{ job: 'good', step: 4, kept: 4 }]);
    const config = JSON.parse(await readFile(join(folder, 'good', 'adapter_config.json'), 'utf8'));
    expect(config).toMatchObject({ base_model_name_or_path: 'embedded-base', target_modules: ['q_proj', 'v_proj'] });
    const yaml = parse(await readFile(join(folder, 'good', '.checkpoints', 'axolotl', 'config.yaml'), 'utf8'));
    expect(yaml).toMatchObject({ adapter: 'lora', micro_batch_size: 3, save_strategy: 'no', max_steps: 4 });
  },
  TIMEOUT,
);

test(
  'stopped, and run again: goes on from the checkpoint to the same losses',
  async () => {
    const values = { keep: 'best', eval_every: 0.25 } as const;
    const whole = await trainJobs(axolotl, [await job('whole', values)]);
    const path = await job('broken', values);
    const stop = new AbortController();
    const stopped: TrainerEvent[] = [];
    const first = trainJobs(axolotl, [path], {
      signal: stop.signal,
      onEvent: (event) => {
        stopped.push(event);
        if (event.event === 'step' && event.step === 1) stop.abort();
      },
    });
    await expect(first).rejects.toMatchObject({ kind: 'interrupted' });
    expect(existsSync(join(folder, 'broken', 'adapter_model.safetensors'))).toBe(false);
    const second = await trainJobs(axolotl, [path]);
    const { resumed } = eventsOf(second, 'start')[0]!;
    expect(resumed).toBe(eventsOf(stopped, 'checkpoint').at(-1)!.step);
    expect(lossesOf(second, 'broken')).toEqual(lossesOf(whole, 'whole').slice(resumed));
    expect(eventsOf(second, 'done')[0]!.kept).toBe(eventsOf(whole, 'done')[0]!.kept);
  },
  TIMEOUT,
);

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EMBEDDED_BASE, PROJECT_ROOT } from '../../core/project.ts';
import { runProcess } from '../../core/subprocess.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import { runTrainerProcess } from '../../trainers/executors/run-trainer-process.ts';
import { peftTrainer } from '../../trainers/peft.ts';
import { smallJob, trainingSamples } from './training-samples.ts';

const PYTHON = join(PROJECT_ROOT, '.venv', 'bin', 'python');
const env = { PATH: process.env.PATH ?? '' };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'samples-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('what is no sample is refused with its line, and nothing is trained on that says otherwise', async () => {
  const [good] = trainingSamples('selector', 1, 1);
  const [prompt, name] = good!.spans;
  const withSpan = (span: object) => JSON.stringify({ ...good, spans: [prompt, name, span] });
  const wrong: Record<string, [line: string | Buffer, message: string, where?: string]> = {
    number: [withSpan({ text: 5, train: false }), 'must be strings'],
    null: [withSpan({ text: null, train: false }), 'must be strings'],
    'train-text': [withSpan({ text: 'a', train: 'false' }), 'train must be true or false'],
    id: [JSON.stringify({ ...good, id: 5 }), 'must be strings'],
    deep: ['['.repeat(100_000), 'RecursionError'],
    surrogate: [withSpan({ text: 'a\ud800', train: false }), 'surrogate'],
    'surrogate-id': [JSON.stringify({ ...good, id: '\udfff' }), 'surrogate'],
    bytes: [Buffer.from([0x22, 0xff, 0x22]), 'not UTF-8', 'bytes'],
  };
  const augmented = (augmented: object) => JSON.stringify({ ...good, meta: { ...good!.meta, augmented } });
  const alike = [
    augmented({ mask: 1, distractors: 0 }),
    augmented({ distractors: 0, mask: 1 }),
    augmented({ mask: 1 }),
  ];
  const files = {
    ...wrong,
    fine: [JSON.stringify(good)] as const,
    augmented: [[...alike, JSON.stringify(good)].join('\n')] as const,
  };
  for (const [file, [line]] of Object.entries(files)) {
    await writeFile(
      join(folder, file),
      Buffer.concat([Buffer.from(`${JSON.stringify(good)}\n`), Buffer.from(line as string)]),
    );
  }
  const { exitCode, stdout, stderrTail } = await runProcess({
    name: 'check',
    command: PYTHON,
    args: [
      join(import.meta.dirname, 'read_samples_check.py'),
      join(PROJECT_ROOT, 'trainers', 'python'),
      EMBEDDED_BASE,
      ...Object.keys(files).map((file) => join(folder, file)),
    ],
    env,
  });
  expect(exitCode, stderrTail).toBe(0);
  const found = JSON.parse(stdout);
  expect(found.fine).toEqual({ samples: 2, prompts: [2] });
  // A batch is of one of these parts.
  expect(found.augmented).toEqual({ samples: 5, prompts: [2, 2, 1] });
  for (const [file, [, message, where]] of Object.entries(wrong)) {
    expect(found[file], file).toMatchObject({ message: expect.stringContaining(message), where: where ?? `${file}:2` });
  }
}, 300_000);

test('what is no job, or lacks a member, fails as that and by itself', async () => {
  const { precision: _, ...lacking } = smallJob({ name: 'lacking', base: EMBEDDED_BASE });
  const { name: __, ...nameless } = smallJob({ name: 'nameless', base: EMBEDDED_BASE });
  const texts = {
    broken: '{"name": ',
    list: '[]',
    lacking: JSON.stringify(lacking),
    nameless: JSON.stringify(nameless),
  };
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, `${name}.json`), text);
  const events: TrainerEvent[] = [];
  await runTrainerProcess(
    peftTrainer(PYTHON).process([...Object.keys(texts), 'gone'].map((name) => join(folder, `${name}.json`))),
    { env, signal: new AbortController().signal, onEvent: (event) => events.push(event) },
  );
  expect(events).toMatchObject([
    {
      event: 'error',
      kind: 'bad_job',
      job: join(folder, 'broken.json'),
      message: expect.stringMatching(/^not a job: Expecting value/),
    },
    { event: 'error', kind: 'bad_job', job: join(folder, 'list.json'), message: expect.stringMatching(/^not a job/) },
    { event: 'error', kind: 'bad_job', job: 'lacking', message: 'a job without `precision`' },
    { event: 'error', kind: 'bad_job', job: join(folder, 'nameless.json'), message: 'a job without `name`' },
    { event: 'error', kind: 'bad_job', job: join(folder, 'gone.json'), message: expect.stringMatching(/No such file/) },
  ]);
}, 300_000);

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { EMBEDDED_BASE, PROJECT_ROOT } from '../../core/project.ts';
import { loadTokenizer } from '../../core/tokenizer.ts';
import { measureSamples } from '../../pipelines/train/measure-samples.ts';
import type { Job } from '../../trainers/job.ts';
import { baseShape } from '../../trainers/memory/base-shape.ts';
import { estimateMemory } from '../../trainers/memory/estimate-memory.ts';
import { fitMemory } from '../../trainers/memory/fit-memory.ts';
import { peftTrainer } from '../../trainers/peft.ts';
import { ensurePython } from '../../trainers/python-environment.ts';
import { smallJob, trainingSamples, writeSamples } from './training-samples.ts';

const GB = 2 ** 30;
const GPU = { device: 'gpu', bf16: true } as const;
/** Of the published config.json. */
const CONFIGS = {
  'qwen2.5-7b': [28, 3584, 18944, 28, 4, 152064, false],
  'qwen2.5-0.5b': [24, 896, 4864, 14, 2, 151936, true],
  'qwen3-8b': [36, 4096, 12288, 32, 8, 151936, false],
  'llama3.2-1b': [16, 2048, 8192, 32, 8, 128256, true],
} as const;
/** A prompt of about ten tools, calls of a few dozen tokens. */
const LENGTHS = [
  { samples: 200, longest: 2120, prefix: 2000, own: 200 * 120, suffixes: Array(16).fill(120), trained: 30 },
];

function shapeOf(name: keyof typeof CONFIGS) {
  const [layers, hidden, inner, heads, keys, vocabulary, tied] = CONFIGS[name];
  return baseShape({
    model_type: name.startsWith('llama') ? 'llama' : name.startsWith('qwen3') ? 'qwen3' : 'qwen2',
    num_hidden_layers: layers,
    hidden_size: hidden,
    intermediate_size: inner,
    num_attention_heads: heads,
    num_key_value_heads: keys,
    vocab_size: vocabulary,
    tie_word_embeddings: tied,
    ...(name.startsWith('qwen3') && { head_dim: 128 }),
  })!;
}

function jobOf(values: Partial<Job> = {}): Job {
  return smallJob({ name: 'x', base: 'base', lora_r: 32, batch_size: 16, micro_batch_size: 16, ...values });
}

test.each([
  ['qwen2.5-7b', 7.61e9],
  ['qwen2.5-0.5b', 0.494e9],
  ['qwen3-8b', 8.19e9],
  ['llama3.2-1b', 1.236e9],
] as const)('knows the weights of %s', (name, parameters) => {
  const { base } = estimateMemory(shapeOf(name), jobOf(), LENGTHS, GPU);
  expect(base / 2 / parameters).toBeCloseTo(1, 2);
});

test('a build that is not known is not estimated', () => {
  expect(baseShape({ model_type: 'mamba' })).toBeUndefined();
  expect(baseShape({ model_type: 'qwen2' })).toBeUndefined();
});

const choose = (gigabytes: number, values: Partial<Job> = {}, name: keyof typeof CONFIGS = 'qwen2.5-7b') => {
  const estimate = (job: Job) => estimateMemory(shapeOf(name), job, LENGTHS, GPU);
  const choice = fitMemory(jobOf(values), LENGTHS, gigabytes * GB, estimate);
  return { ...choice, total: estimate(jobOf({ ...values, ...choice })).total / GB };
};

test('takes the fastest that fits: everything at once, then checkpoints, then smaller micro-batches', () => {
  expect(choose(80)).toMatchObject({ micro_batch_size: 16, gradient_checkpointing: false });
  expect(choose(24)).toMatchObject({ micro_batch_size: 16, gradient_checkpointing: true });
  const tight = choose(19);
  expect(tight.gradient_checkpointing).toBe(true);
  expect(tight.micro_batch_size).toBeLessThan(16);
  expect(tight.total).toBeLessThan(19);
  expect(choose(8, {}, 'qwen2.5-0.5b').total).toBeLessThan(8);
});

test('where nothing fits, the smallest: 7B in bfloat16 is too much for 16 GB', () => {
  const { micro_batch_size, gradient_checkpointing, total } = choose(16);
  expect({ micro_batch_size, gradient_checkpointing }).toEqual({ micro_batch_size: 1, gradient_checkpointing: true });
  expect(total).toBeGreaterThan(16);
  const quantized = estimateMemory(shapeOf('qwen2.5-7b'), { ...jobOf(), quantization: 'nf4' }, LENGTHS, GPU);
  expect(quantized.base / GB).toBeCloseTo(5.2, 0);
});

test('plain takes more for the same samples, and dropout more yet', () => {
  const total = (values: Partial<Job>) => estimateMemory(shapeOf('qwen2.5-0.5b'), jobOf(values), LENGTHS, GPU).total;
  expect(total({ method: 'plain' })).toBeGreaterThan(3 * total({}));
  expect(total({ method: 'plain', lora_dropout: 0.1 })).toBeGreaterThan(total({ method: 'plain' }));
  expect(total({ lora_target_modules: ['q_proj'] })).toBeLessThan(total({}));
});

test('the estimate is within 30% of what the trainer takes on a processor, for one adapter and for several at once', {
  timeout: 600_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'memory-'));
  const signal = new AbortController().signal;
  const python = await ensurePython({ env: process.env as Record<string, string>, signal });
  const check = join(PROJECT_ROOT, 'test', 'trainers', 'memory_check.py');
  const run = promisify(execFile);
  const config = {
    model_type: 'qwen2',
    num_hidden_layers: 6,
    hidden_size: 256,
    intermediate_size: 1024,
    num_attention_heads: 4,
    num_key_value_heads: 4,
    vocab_size: 5120,
    tie_word_embeddings: true,
  };
  await run(python, [check, 'base', join(folder, 'base'), EMBEDDED_BASE, JSON.stringify(config)]);
  const samples = trainingSamples('arguments', 16, 1);
  for (const { spans } of samples) spans[0]!.text = `${'a tool that reads files '.repeat(100)}${spans[0]!.text}`;
  await writeSamples(join(folder, 'train.jsonl'), samples);
  const lengths = await measureSamples(join(folder, 'train.jsonl'), await loadTokenizer(join(folder, 'base')));
  const jobFile = async (name: string, job: Job) => {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'job.json'), JSON.stringify(job));
    return join(folder, name, 'job.json');
  };
  for (const together of [1, 3]) {
    const job = jobOf({
      base: '../base',
      train: ['../train.jsonl'],
      validation: [],
      max_steps: 1,
      epochs: 1,
      together,
    });
    const names = Array.from({ length: together }, (_, at) => `job-${together}-${at}`);
    const paths = await Promise.all(names.map((name) => jobFile(name, { ...job, name })));
    const { command, args, env } = peftTrainer(python).process(paths);
    const options = { env: { ...process.env, ...env } };
    const { stdout } = await run(python, [check, 'peak', command, ...args], options);
    const { code, bytes } = JSON.parse(stdout) as { code: number; bytes: number };
    expect(code).toBe(0);
    const estimate = estimateMemory(baseShape(config)!, job, lengths, { device: 'cpu', bf16: false }, together);
    expect(estimate.total / bytes).toBeGreaterThan(0.7);
    expect(estimate.total / bytes).toBeLessThan(1.3);
  }
  await rm(folder, { recursive: true });
});

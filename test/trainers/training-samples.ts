import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { seededRandom } from '../../core/random.ts';
import type { Sample, Task } from '../../core/sample.ts';
import { JOB_VERSION, type Job } from '../../trainers/job.ts';

const WORDS = [
  'read',
  'the',
  'file',
  'please',
  'list',
  'every',
  'entry',
  'note',
  'graph',
  'make',
  'move',
  'alpha',
  'beta',
];

/** Samples over a prompt of six tools that they share, in Qwen's chat format, of various lengths. */
export function trainingSamples(task: Task, count: number, seed: number): Sample[] {
  const random = seededRandom(seed, 'training samples', task);
  const tools = Array.from(
    { length: 6 },
    (_, at) => `{"name": "tool_${at}", "description": "Does thing number ${at} with care"}`,
  );
  const prompt = `<|im_start|>system\nYou are a helpful assistant.\n\n# Tools\n${tools.join('\n')}<|im_end|>\n`;
  return Array.from({ length: count }, (_, at) => {
    const tool = random.int(6);
    const query = Array.from({ length: 4 + random.int(12) }, () => random.pick(WORDS)).join(' ');
    const before = `${prompt}<|im_start|>user\n${query} ${tool}<|im_end|>\n<|im_start|>assistant\n<tool_call>\n{"name": "`;
    const call = [
      { text: `tool_${tool}",`, train: task !== 'arguments' },
      { text: ' "arguments":', train: task === 'monolithic' },
      { text: ` {"path": "${query.slice(0, 12)}"}}\n</tool_call><|im_end|>`, train: true },
    ];
    return {
      id: `${task}-${at}`,
      task,
      spans: [{ text: before, train: false }, ...(task === 'selector' ? call.slice(0, 1) : call)],
      meta: { trace: `t${at}`, steps: [0], split: 'train', catalogue: 'sha256:0' },
    };
  });
}

export async function writeSamples(path: string, samples: readonly Sample[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''));
}

/** A small job, complete; everything relative to its folder. */
export function smallJob(values: Partial<Job> & Pick<Job, 'name' | 'base'>): Job {
  return {
    version: JOB_VERSION,
    task: 'monolithic',
    tool: null,
    base_hash: 'sha256:0',
    train: ['../train.jsonl'],
    validation: ['../validation.jsonl'],
    hashes: {},
    start: null,
    output: '.',
    seed: 1,
    method: 'shared-prefix',
    invocation_length: 4,
    prefix_memory_gb: 1,
    prefix_disk_gb: 0,
    trainer: 'peft',
    quantization: 'none',
    precision: 'fp32',
    threads: 1,
    max_length: null,
    lora_r: 4,
    lora_alpha: 8,
    lora_dropout: 0,
    lora_rslora: false,
    lora_target_modules: 'all-linear',
    lr: 2e-3,
    schedule: 'cosine',
    warmup_ratio: 0.1,
    weight_decay: 0.01,
    beta1: 0.9,
    beta2: 0.999,
    max_grad_norm: 1,
    epochs: 2,
    min_steps: 0,
    max_steps: null,
    batch_size: 4,
    micro_batch_size: 4,
    gradient_checkpointing: false,
    together: 1,
    eval_every: 1,
    keep: 'last',
    early_stop_patience: null,
    checkpoint_seconds: 60,
    checkpoint_steps: null,
    ...values,
  };
}

import { z } from 'zod';
import { TaskSchema } from '../core/sample.ts';

/** Of a job's members, and of what a trainer makes of them: raised where the same job would give another adapter. */
export const JOB_VERSION = 2;

/**
 * One adapter to train: flat and complete, `job.json`. Nothing is left to a default, so that the trainer has none.
 * Paths are relative to the file's folder, or absolute.
 */
export const JobSchema = z.strictObject({
  version: z.literal(JOB_VERSION),
  name: z.string().min(1),
  task: TaskSchema,
  /** Id of the tool whose arguments are trained. */
  tool: z.string().nullable(),
  base: z.string(),
  /** `hashBase` of the base. */
  base_hash: z.string(),
  /** Files of samples. A batch holds samples of one file that were augmented alike, as those share a prompt. */
  train: z.array(z.string()).min(1),
  /** None: nothing is validated. */
  validation: z.array(z.string()),
  /** `sha256:…` of those files, by path: one that has changed is refused. */
  hashes: z.record(z.string(), z.string()),
  /** Folder of the adapter whose weights it starts from, of the same form; null: from nothing. */
  start: z.string().nullable(),
  output: z.string(),
  seed: z.int(),
  method: z.enum(['shared-prefix', 'plain', 'activated']),
  /** Of method `activated`: most tokens of the invocation, and how much of prefixes' keys and values is kept. */
  invocation_length: z.int().min(2),
  prefix_memory_gb: z.number().nonnegative(),
  prefix_disk_gb: z.number().nonnegative(),
  trainer: z.enum(['peft', 'trl', 'unsloth', 'axolotl']),
  quantization: z.enum(['none', 'nf4']),
  precision: z.enum(['auto', 'bf16', 'fp32']),
  /** 0: all processors. */
  threads: z.int().nonnegative(),
  max_length: z.int().positive().nullable(),
  lora_r: z.int().positive(),
  lora_alpha: z.number().positive(),
  lora_dropout: z.number(),
  lora_rslora: z.boolean(),
  lora_target_modules: z.union([z.literal('all-linear'), z.array(z.string())]),
  lr: z.number().positive(),
  schedule: z.enum(['cosine', 'linear', 'constant']),
  warmup_ratio: z.number(),
  weight_decay: z.number(),
  beta1: z.number(),
  beta2: z.number(),
  max_grad_norm: z.number(),
  epochs: z.number().positive(),
  min_steps: z.int().nonnegative(),
  max_steps: z.int().positive().nullable(),
  batch_size: z.int().positive(),
  micro_batch_size: z.int().positive(),
  gradient_checkpointing: z.boolean(),
  /** How many jobs of one form may share their steps. Other trainers than `peft` train one after another. */
  together: z.int().positive(),
  eval_every: z.number().nonnegative(),
  keep: z.enum(['last', 'best']),
  /** Ends after so many validations that are no better than the best; null: never. */
  early_stop_patience: z.int().positive().nullable(),
  checkpoint_seconds: z.number().positive(),
  checkpoint_steps: z.int().positive().nullable(),
});
export type Job = z.infer<typeof JobSchema>;

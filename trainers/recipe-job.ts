import type { Recipe } from '../recipes/schema.ts';
import { JOB_VERSION, type Job } from './job.ts';

/** What a recipe does not say about a job. */
export type JobPlace = Pick<
  Job,
  'name' | 'tool' | 'base' | 'base_hash' | 'train' | 'validation' | 'hashes' | 'start' | 'output' | 'seed' | 'threads'
>;

/** Flattens a recipe into a job. */
export function recipeJob(recipe: Recipe, place: JobPlace): Job {
  const { lora, optimizer, checkpoint_every: checkpoint } = recipe;
  const [beta1, beta2] = optimizer.betas;
  return {
    version: JOB_VERSION,
    task: recipe.task,
    ...place,
    method: recipe.method,
    invocation_length: recipe.activated.invocation,
    prefix_memory_gb: recipe.activated.memory_gb,
    prefix_disk_gb: recipe.activated.disk_gb,
    trainer: recipe.trainer,
    quantization: recipe.quantization,
    precision: recipe.precision,
    max_length: recipe.max_length ?? null,
    lora_r: lora.r,
    lora_alpha: lora.alpha,
    lora_dropout: lora.dropout,
    lora_rslora: lora.rslora,
    lora_target_modules: lora.target_modules,
    lr: optimizer.lr,
    schedule: optimizer.schedule,
    warmup_ratio: optimizer.warmup_ratio,
    weight_decay: optimizer.weight_decay,
    beta1,
    beta2,
    max_grad_norm: optimizer.max_grad_norm,
    epochs: recipe.epochs,
    min_steps: recipe.min_steps,
    max_steps: recipe.max_steps ?? null,
    batch_size: recipe.batch_size,
    micro_batch_size: recipe.micro_batch_size ?? recipe.batch_size,
    gradient_checkpointing: recipe.gradient_checkpointing,
    together: recipe.together,
    eval_every: recipe.eval_every,
    keep: recipe.keep,
    early_stop_patience: recipe.early_stop?.patience ?? null,
    checkpoint_seconds: checkpoint.seconds,
    checkpoint_steps: checkpoint.steps ?? null,
  };
}

import { z } from 'zod';
import { CandidateSchema } from '../core/candidate.ts';
import { MOST_SEED } from '../core/random.ts';
import { TaskSchema } from '../core/sample.ts';

const LoraSchema = z.strictObject({
  r: z.int().positive().default(32).describe('Rank of the adapter.'),
  alpha: z.number().positive().default(64).describe('Scale: alpha/r, or alpha/√r with rslora.'),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('Dropout on the adapter’s input. Must be 0 with method shared-prefix.'),
  rslora: z.boolean().default(false).describe('Rank-stabilized scale (arXiv 2312.03732).'),
  target_modules: z
    .union([z.literal('all-linear'), z.array(z.string().min(1)).min(1)])
    .default('all-linear')
    .describe('Layers that get an adapter: all linear ones but the output, or names such as q_proj.'),
});

const OptimizerSchema = z.strictObject({
  lr: z.number().positive().default(1e-4).describe('Peak learning rate of AdamW.'),
  schedule: z
    .enum(['cosine', 'linear', 'constant'])
    .default('cosine')
    .describe('How the rate falls to 0 after the warm-up.'),
  warmup_ratio: z.number().min(0).max(1).default(0.05).describe('Share of the steps in which the rate rises.'),
  weight_decay: z.number().min(0).default(0).describe('AdamW’s weight decay.'),
  betas: z
    .tuple([z.number().min(0).lt(1), z.number().min(0).lt(1)])
    .default([0.9, 0.999])
    .describe('AdamW’s betas.'),
  max_grad_norm: z.number().positive().default(1).describe('Gradients are clipped to this norm.'),
});

const ActivatedSchema = z.strictObject({
  invocation: z
    .int()
    .min(2)
    .default(4)
    .describe('The adapter works from so many tokens before the trained ones; fewer where the samples differ there.'),
  memory_gb: z.number().nonnegative().default(2).describe('Keys and values of prefixes that are kept in memory.'),
  disk_gb: z
    .number()
    .nonnegative()
    .default(16)
    .describe('And on disk, in the system’s temporary folder, until the process ends. The least recently used leave.'),
});

const SharedSchema = z.strictObject({
  epochs: z.number().positive().describe('Passes over the samples of all tools.'),
  batch_size: z.int().positive().optional().describe('Absent: that of the recipe.'),
  lr: z.number().positive().optional().describe('Peak learning rate. Absent: that of the recipe.'),
  candidates: z
    .array(CandidateSchema.exclude(['shared']))
    .default(['own'])
    .describe(
      'What else is trained, for `convert` to choose from for each tool: one adapter for each group of tools, an own one for each tool, or own ones that start from the group’s or from nothing.',
    ),
});

const EarlyStopSchema = z.strictObject({
  patience: z
    .int()
    .positive()
    .describe('Validations in a row that are no better than the best so far, as `keep` ranks.'),
});

const CheckpointSchema = z.strictObject({
  seconds: z.number().positive().default(60).describe('A checkpoint after this time at the latest.'),
  steps: z.int().positive().optional().describe('And after every so many steps.'),
});

const WandbSchema = z.strictObject({
  project: z.string().min(1).describe('Name of the project.'),
  entity: z.string().min(1).optional().describe('User or team. Absent: that of WANDB_API_KEY.'),
  mode: z
    .enum(['online', 'offline'])
    .default('online')
    .describe('online: needs WANDB_API_KEY in the environment. offline: into the folder `wandb` of the workspace.'),
});

const LogSchema = z.strictObject({
  tensorboard: z.boolean().default(false).describe('Writes the folder `tensorboard` of the workspace.'),
  wandb: WandbSchema.optional().describe('Tells figures and settings to Weights & Biases. Absent: nothing.'),
});

/** Everything about one training run. The only home of its defaults. */
export const RecipeSchema = z
  .strictObject({
    task: TaskSchema.describe('What is trained: tool names, one tool’s arguments, or whole calls by one adapter.'),
    base: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Folder of the base model, relative to this file, or hub:owner/name@commit. Absent: the base of the workspace.',
      ),
    method: z
      .enum(['shared-prefix', 'plain', 'activated'])
      .default('shared-prefix')
      .describe(
        'shared-prefix computes the prompt that a batch shares once: same gradients, several times faster. plain pads full sequences. activated trains an aLoRA: the base computes everything before the call, once for all epochs and adapters.',
      ),
    activated: ActivatedSchema.prefault({}).describe('Of method activated.'),
    trainer: z
      .enum(['peft', 'trl', 'unsloth', 'axolotl'])
      .default('peft')
      .describe('What trains: ours (peft), TRL as it comes, or Unsloth or Axolotl on an NVIDIA GPU.'),
    quantization: z
      .enum(['none', 'nf4'])
      .default('none')
      .describe(
        'nf4: the base is held in 4 bits while the adapter is trained (QLoRA), which needs a quarter of the memory.',
      ),
    lora: LoraSchema.prefault({}).describe('Form of the adapter.'),
    optimizer: OptimizerSchema.prefault({}).describe('AdamW and its schedule.'),
    shared: SharedSchema.optional().describe(
      'Arguments only: first one adapter is trained on the arguments of all tools, and each tool’s own adapter starts from it. Absent: each starts from nothing.',
    ),
    renew: z
      .number()
      .positive()
      .max(1)
      .optional()
      .describe(
        'Where nothing but an adapter’s samples has changed (no tool was added, and of an adapter of arguments no tool has other parameters), it goes on from what it was, through this last share of the epochs and of the learning rate’s schedule; if that is less than one pass, with all that it has not learned yet, and with others to fill up. Absent: it is trained from nothing, as with --force.',
      ),
    epochs: z.number().positive().default(2).describe('Passes over the samples.'),
    min_steps: z.int().nonnegative().default(0).describe('At least so many steps, where a tool has few samples.'),
    max_steps: z.int().positive().optional().describe('At most so many steps.'),
    batch_size: z
      .int()
      .positive()
      .default(16)
      .describe('Samples in one optimizer step; the loss is the mean over their trained tokens.'),
    micro_batch_size: z
      .int()
      .positive()
      .optional()
      .describe('Samples computed at once, where memory is short. Absent: the whole batch.'),
    max_length: z.int().positive().optional().describe('A sample with more tokens is an error; nothing is cut off.'),
    precision: z
      .enum(['auto', 'bf16', 'fp32'])
      .default('auto')
      .describe('auto: bf16 where the hardware multiplies it natively, else fp32.'),
    gradient_checkpointing: z.boolean().default(false).describe('Less memory, about a third more time.'),
    memory: z
      .union([z.enum(['auto', 'as-written']), z.number().positive()])
      .default('as-written')
      .describe(
        'GB (of 1024³ bytes) that one training process may take; auto: what the smallest of the GPUs, or the machine, has. Until the estimate fits, gradient_checkpointing is set and micro_batch_size halved; where nothing can be estimated, as on a cluster, it is set and 8 samples are computed at once. as-written: both stay as they are, and the estimate is only checked.',
      ),
    together: z
      .int()
      .positive()
      .default(1)
      .describe(
        'Adapters of one form that a process trains at once with method shared-prefix: faster where a step has few tokens. The same adapters but for rounding.',
      ),
    eval_every: z.number().nonnegative().default(1).describe('Epochs between validations; 0: only at the end.'),
    keep: z
      .enum(['last', 'best'])
      .default('last')
      .describe(
        'Which adapter is kept: the last, or the best: with trainer peft the one that gets most held-out calls exactly right (where as many, that of the lower loss), with the others that of the lowest validation loss.',
      ),
    early_stop: EarlyStopSchema.optional().describe('Ends a training that gets no better. Absent: never.'),
    checkpoint_every: CheckpointSchema.prefault({}).describe('When a checkpoint is written.'),
    log: LogSchema.prefault({}).describe(
      'Where else the learning curves are shown. Decides nothing about the adapter.',
    ),
    threads: z
      .int()
      .nonnegative()
      .default(0)
      .describe('Processor threads of one training process; 0: shared out evenly.'),
    workers: z
      .int()
      .positive()
      .optional()
      .describe(
        'Most training processes side by side; of the recipes of a run the fewest count. Absent: one a GPU; on a processor one a core and at most four, or fewer with more threads each where that is sooner done.',
      ),
    seed: z.int().nonnegative().max(MOST_SEED).optional().describe('Absent: the seed of the workspace.'),
  })
  .refine(({ method, lora }) => method !== 'shared-prefix' || lora.dropout === 0, {
    path: ['lora', 'dropout'],
    error: 'must be 0 with method: shared-prefix (or set method: plain)',
    when: ({ value }) => isRecipeLike(value) && isRecipeLike(value.lora),
  })
  .refine(({ task, shared }) => task === 'arguments' || shared === undefined, {
    path: ['shared'],
    error: 'goes with task: arguments only',
    when: ({ value }) => isRecipeLike(value),
  })
  .refine(({ early_stop, eval_every }) => early_stop === undefined || eval_every > 0, {
    path: ['eval_every'],
    error: 'must be more than 0 with early_stop, which counts validations (set eval_every: 1)',
    when: ({ value }) => isRecipeLike(value),
  })
  .refine(({ min_steps, max_steps }) => max_steps === undefined || max_steps >= min_steps, {
    path: ['max_steps'],
    error: 'must not be less than min_steps',
    when: ({ value }) => isRecipeLike(value),
  });
export type Recipe = z.infer<typeof RecipeSchema>;

/** Rules about several members are checked even where others are wrong, so that all errors come at once. */
function isRecipeLike(value: unknown): value is { lora?: unknown } {
  return value !== null && typeof value === 'object';
}

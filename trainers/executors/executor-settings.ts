import { z } from 'zod';

export const EXECUTOR_NAMES = ['local', 'slurm', 'ray'] as const;
export type ExecutorName = (typeof EXECUTOR_NAMES)[number];

/** GPUs of one worker; 0: it trains on processors. */
const gpus = z.number().nonnegative().default(1);
/** Processors of one worker, which are also its threads where the recipe does not say. */
const cpus = z.int().positive().default(4);

/** Where trainers run: `executor` in workspace.yaml. */
export const ExecutorSettingsSchema = z.strictObject({
  name: z.enum(EXECUTOR_NAMES).default('local'),
  /** Most workers side by side; each trains one job after another. Absent: local as many as there are GPUs or processors, else 4. */
  workers: z.int().positive().optional(),
  local: z
    .strictObject({
      /** Indexes or UUIDs of the GPUs to use. Absent: those with enough free memory; none: processors. */
      gpus: z.array(z.union([z.int().nonnegative(), z.string().min(1)])).optional(),
      /** Share of a GPU's memory that has to be free. */
      freeMemory: z.number().min(0).max(1).default(0.8),
    })
    .prefault({}),
  slurm: z
    .strictObject({
      partition: z.string().optional(),
      /** Longest time of a worker as Slurm writes it, `8:00:00`. A job that is not done by then goes on in another worker. */
      time: z.string().optional(),
      gpus: gpus.refine(Number.isInteger, { message: 'a whole number' }),
      cpus,
      /** Of a worker, as Slurm writes it: `32G`. */
      memory: z.string().optional(),
      /** More options of sbatch: `--account=lab`. */
      options: z.array(z.string().regex(/^-/, 'an option: --account=lab')).default([]),
    })
    .prefault({}),
  ray: z
    .strictObject({
      /** Of the cluster's dashboard, which has the Jobs API. */
      address: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8265'),
      /** Name of the environment variable that holds the cluster's token, where it wants one. */
      tokenFrom: z.string().optional(),
      gpus,
      cpus,
    })
    .prefault({}),
});
export type ExecutorSettings = z.infer<typeof ExecutorSettingsSchema>;

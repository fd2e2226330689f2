import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJsonFile } from '../../core/json-file.ts';
import { type Recipe, RecipeSchema } from '../../recipes/schema.ts';
import { recipeJob } from '../../trainers/recipe-job.ts';

export interface BenchJob {
  /** Folder in which jobs lie. */
  folder: string;
  name: string;
  base: string;
  /** Files of samples. */
  train: readonly string[];
  /** In place of the recipes' defaults. */
  recipe?: Partial<Recipe>;
}

/** Writes the job.json of a job that is measured: rank 16 on all linear layers, no validation, no checkpoint but that of each 50th step. @returns its path */
export async function benchJob({ folder, name, base, train, recipe }: BenchJob): Promise<string> {
  const output = join(folder, name);
  const lora = { r: 16, alpha: 32 };
  const checkpoint_every = { seconds: 1e6 };
  const values = RecipeSchema.parse({ task: 'arguments', eval_every: 0, lora, checkpoint_every, ...recipe });
  const job = recipeJob(values, {
    name,
    tool: null,
    base,
    base_hash: 'sha256:0', // a base with random weights, made for this
    train: [...train],
    validation: [],
    hashes: {},
    start: null,
    output,
    seed: 1,
    threads: values.threads,
  });
  await mkdir(output, { recursive: true });
  const path = join(output, 'job.json');
  await writeJsonFile(path, job);
  return path;
}

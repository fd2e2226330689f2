import { open } from 'node:fs/promises';
import type { Recipe } from '../../recipes/schema.ts';

/**
 * Predicts how long a job takes, in characters that are computed: good enough to share jobs out by. Lines are not checked, that is the
 * trainer's business: a job with a bad one fails alone.
 * @param paths of its training samples
 */
export async function jobCost(recipe: Recipe, paths: readonly string[]): Promise<number> {
  let samples = 0;
  let characters = 0;
  let prefix: string | undefined;
  for (const path of paths) {
    await using file = await open(path);
    for await (const line of file.readLines()) {
      const spans = line.slice(line.indexOf('"spans"'));
      samples += 1;
      characters += spans.length;
      prefix = prefix === undefined ? spans : commonPrefix(prefix, spans);
    }
  }
  if (samples === 0) return 0;
  const shared = recipe.method === 'shared-prefix' ? prefix!.length : 0;
  const wanted = Math.max((recipe.epochs * samples) / recipe.batch_size, recipe.min_steps);
  const steps = Math.min(wanted, recipe.max_steps ?? wanted);
  return steps * (shared + Math.min(recipe.batch_size, samples) * (characters / samples - shared));
}

function commonPrefix(a: string, b: string): string {
  let end = 0;
  while (end < a.length && a[end] === b[end]) end += 1;
  return a.slice(0, end);
}

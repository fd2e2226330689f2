import { open } from 'node:fs/promises';
import type { Recipe } from '../../recipes/schema.ts';

/**
 * Predicts how long a job takes, in characters that are computed: good enough to share jobs out by. Lines are not checked, that is the
 * trainer's business: a job with a bad one fails alone.
 * @param paths of its training samples
 */
export async function jobCost(recipe: Recipe, paths: readonly string[]): Promise<number> {
  const files = await Promise.all(paths.map((path) => fileCost(recipe, path)));
  const epoch = files.reduce((sum, { steps }) => sum + steps, 0);
  if (epoch === 0) return 0;
  const wanted = Math.max(recipe.epochs * epoch, recipe.min_steps);
  const steps = Math.min(wanted, recipe.max_steps ?? wanted);
  return (steps / epoch) * files.reduce((sum, { cost }) => sum + cost, 0);
}

/** Steps and characters of one pass over a file. A batch holds samples of one file. */
async function fileCost({ method, batch_size }: Recipe, path: string): Promise<{ steps: number; cost: number }> {
  let samples = 0;
  let characters = 0;
  let prefix: string | undefined;
  await using file = await open(path);
  for await (const line of file.readLines()) {
    const spans = line.slice(line.indexOf('"spans"'));
    samples += 1;
    characters += spans.length;
    prefix = prefix === undefined ? spans : commonPrefix(prefix, spans);
  }
  const shared = method === 'shared-prefix' ? (prefix?.length ?? 0) : 0;
  const steps = Math.ceil(samples / batch_size);
  return { steps, cost: steps * shared + characters - samples * shared };
}

function commonPrefix(a: string, b: string): string {
  let end = 0;
  while (end < a.length && a[end] === b[end]) end += 1;
  return a.slice(0, end);
}

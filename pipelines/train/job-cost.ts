import { open } from 'node:fs/promises';
import type { Recipe } from '../../recipes/schema.ts';
import { sharedLength } from './shared-length.ts';

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

interface Part {
  samples: number;
  characters: number;
  prefix: string;
}

/** Steps and characters of one pass over a file. A batch holds samples that were augmented alike. */
async function fileCost({ method, batch_size }: Recipe, path: string): Promise<{ steps: number; cost: number }> {
  const parts = new Map<string, Part>();
  await using file = await open(path);
  for await (const line of file.readLines()) {
    const spans = line.slice(line.indexOf('"spans"'));
    const [augmented = ''] = spans.match(AUGMENTED) ?? [];
    const part = parts.get(augmented);
    parts.set(augmented, {
      samples: (part?.samples ?? 0) + 1,
      characters: (part?.characters ?? 0) + spans.length,
      prefix: part === undefined ? spans : part.prefix.slice(0, sharedLength(part.prefix, spans)),
    });
  }
  const costs = [...parts.values()].map(({ samples, characters, prefix }) => {
    const shared = method === 'plain' ? 0 : prefix.length;
    const steps = Math.ceil(samples / batch_size);
    return { steps, cost: steps * shared + characters - samples * shared };
  });
  const sum = (key: 'steps' | 'cost') => costs.reduce((total, part) => total + part[key], 0);
  return { steps: sum('steps'), cost: sum('cost') };
}

/** In a text its quotes would be escaped. */
const AUGMENTED = /"augmented":\{[^}]*\}/;

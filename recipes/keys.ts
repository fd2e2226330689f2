import { z } from 'zod';
import { RecipeSchema } from './schema.ts';

interface Node {
  properties?: Record<string, Node>;
}

/** The keys that a recipe may have at a path. */
export function recipeKeys(path: readonly PropertyKey[]): string[] {
  const root = z.toJSONSchema(RecipeSchema, { io: 'input' }) as Node;
  const node = path.reduce<Node | undefined>((inner, key) => inner?.properties?.[String(key)], root);
  return Object.keys(node?.properties ?? {});
}

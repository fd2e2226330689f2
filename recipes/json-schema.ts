import { z } from 'zod';
import { RecipeSchema } from './schema.ts';

/** JSON Schema of a recipe file, for editors: `recipes/schema.json`, kept equal by a test (`vitest run test/recipes -u` renews it). */
export function recipeJsonSchema(): Record<string, unknown> {
  const { properties, required: _, ...schema } = z.toJSONSchema(RecipeSchema, { io: 'input' });
  return {
    ...schema,
    title: 'Recipe',
    properties: {
      extends: {
        type: 'string',
        description:
          'A recipe whose values hold where this file gives none: a name as --recipe takes it, or a path relative to this file.',
      },
      ...properties,
    },
  };
}

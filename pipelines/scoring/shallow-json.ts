import { z } from 'zod';

/** Deeper than anyone writes by hand; what walks a value by calling itself then stays far from the end of the stack. */
const MAX_LEVELS = 200;

/** JSON that can be walked by recursion. */
export const ShallowJsonSchema = z
  .unknown()
  .refine((value) => !isDeeper(value, MAX_LEVELS), `nested at most ${MAX_LEVELS} levels deep`);

function isDeeper(value: unknown, limit: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((one) => (one !== null && typeof one === 'object' ? Object.values(one) : []));
  }
  return false;
}

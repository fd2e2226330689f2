import { z } from 'zod';
import { isDeeper } from '../../core/is-deeper.ts';

/** Deeper than anyone writes by hand; what walks a value by calling itself then stays far from the end of the stack. */
const MAX_LEVELS = 200;

/** JSON that can be walked by recursion. */
export const ShallowJsonSchema = z
  .unknown()
  .refine((value) => !isDeeper(value, MAX_LEVELS), `nested at most ${MAX_LEVELS} levels deep`);

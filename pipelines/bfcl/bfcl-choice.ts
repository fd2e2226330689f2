import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import type { Category } from './categories.ts';

/** What is asked of BFCL, and who is. */
export interface BfclChoice {
  /** Names of ready or declared ones. Absent: those that `evaluate` compares. */
  systems?: readonly string[];
  /** Absent: all that the data have. */
  categories?: readonly Category[];
  /** Most questions of each category, drawn by the seed. */
  limit?: number;
}

/** The folder of the answers and figures, absolute: another choice has another, so that neither takes the place of the other. */
export function bfclChoiceFolder({ workspace }: Pick<Context, 'workspace'>, choice: BfclChoice): string {
  const { systems = [], categories = [], limit } = choice;
  return join(workspace, ['bfcl', ...systems, ...categories, ...(limit === undefined ? [] : [limit])].join('-'));
}

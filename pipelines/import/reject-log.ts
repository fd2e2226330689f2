import { z } from 'zod';
import type { ErrorDetails } from '../../core/errors.ts';

/** Why rows are not used: how many, and the first of them. */
export const RejectsSchema = z.record(
  z.string(),
  z.object({
    count: z.number().int().positive(),
    first: z.object({ where: z.string(), expected: z.string().optional(), found: z.string().optional() }),
  }),
);
export type Rejects = z.infer<typeof RejectsSchema>;

/** Reasons told; the others are in rejects.json. */
const SHOWN = 5;

export function addReject(rejects: Rejects, { what, where = '', expected, found }: ErrorDetails): void {
  const known = Object.hasOwn(rejects, what) ? rejects[what] : undefined;
  if (known) known.count += 1;
  else rejects[what] = { count: 1, first: { where, expected, found } };
}

export function countRejects(rejects: Rejects): number {
  return Object.values(rejects).reduce((sum, { count }) => sum + count, 0);
}

/** The commonest reasons, each with its first row. */
export function commonest(rejects: Rejects): string[] {
  const sorted = Object.entries(rejects).sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1));
  return sorted.slice(0, SHOWN).map(
    ([
      what,
      {
        count,
        first: { where, expected, found },
      },
    ]) => {
      const details = [expected && `expected ${expected}`, found && `found ${found}`].filter(Boolean);
      return `${count} × ${what} (first in ${where}${details.map((detail) => `; ${detail}`).join('')})`;
    },
  );
}

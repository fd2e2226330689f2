import type { Assignment } from './assignment.ts';
import { dropSharedCalls } from './drop-shared-calls.ts';
import { dropSimilarQueries } from './drop-similar-queries.ts';

/**
 * Families too entangled to lie on one side are dealt out one by one; what then stands on two sides is dropped from all but one. A trace of
 * a small split weighs more, so that no split shrinks to nothing; in doubt test stays. What was dealt out before stays in any case.
 */
export function resolveConflicts(assignment: Assignment): void {
  dropSharedCalls(assignment);
  dropSimilarQueries(assignment);
}

import type { Outcome } from '../../core/metrics.ts';
import type { ScoredCall } from '../scoring/score-call.ts';

const BY_MISMATCH = {
  missing: 'missing_argument',
  extra: 'extra_argument',
  'wrong-type': 'wrong_type',
  'wrong-value': 'wrong_value',
} as const satisfies Record<string, Outcome>;

/** What became of a case, in one word. */
export function outcomeOf(
  scores: ScoredCall,
  { called, wanted, malformed }: { called: boolean; wanted: boolean; malformed: boolean },
): Outcome {
  if (malformed) return 'malformed';
  if (scores.selection && scores.args_ast) return 'right';
  if (scores.selection) return BY_MISMATCH[scores.mismatch?.kind ?? 'wrong-value'];
  if (!called) return 'no_call';
  return wanted ? 'wrong_tool' : 'needless_call';
}

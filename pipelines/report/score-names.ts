import type { Share, Summary, SystemMetrics } from '../../core/metrics.ts';

/** A score as reports show it. */
export interface ReportedScore {
  name: keyof Omit<Summary, 'n'>;
  title: string;
  /** What it means. */
  meaning: string;
}

/** args_ast is not among them: as the arguments of a wrong tool never count, it equals call_accuracy. */
const REPORTED: readonly ReportedScore[] = [
  { name: 'selection_accuracy', title: 'Selection', meaning: 'the right tool, or rightly none' },
  {
    name: 'arguments_given_tool',
    title: 'Arguments',
    meaning: 'of the calls to the right tool, those whose arguments are right but for case and punctuation of strings',
  },
  {
    name: 'call_accuracy',
    title: 'Call accuracy',
    meaning:
      'the whole decision: right selection, and arguments that equal the gold but for case and punctuation of strings (AST rules of the Berkeley Function Calling Leaderboard)',
  },
  {
    name: 'args_exact',
    title: 'Call, exact',
    meaning: 'right selection, and arguments that equal the gold to the letter',
  },
  {
    name: 'schema_valid',
    title: 'Schema valid',
    meaning: 'what was called exists, and the arguments fit its input schema',
  },
  {
    name: 'executed_ok',
    title: 'Runs',
    meaning: 'run in a sandbox, the call gave no error; over the steps that need a call and whose call could be run',
  },
];

/** The scores that at least one system has. */
export function reportedScores(systems: readonly SystemMetrics[]): ReportedScore[] {
  return REPORTED.filter(({ name }) => systems.some(({ overall }) => overall[name] !== null));
}

/** A score as a table shows it: the main one with its interval. */
export function isMain({ name }: ReportedScore): boolean {
  return name === 'call_accuracy';
}

export function shareOf(summary: Summary, { name }: ReportedScore): Share {
  return summary[name];
}

import type { Outcome } from '../../../core/metrics.ts';

/** What each kind of failure is called, in the order of the report. */
export const FAILURE_TITLES: Record<Exclude<Outcome, 'right'>, string> = {
  wrong_tool: 'Wrong tool',
  no_call: 'No call where one was needed',
  needless_call: 'A call where none was needed',
  malformed: 'Malformed output',
  missing_argument: 'Missing argument',
  extra_argument: 'Extra argument',
  wrong_type: 'Argument of the wrong type',
  wrong_value: 'Argument with the wrong value',
};
export const FAILURE_KINDS = Object.keys(FAILURE_TITLES) as (keyof typeof FAILURE_TITLES)[];

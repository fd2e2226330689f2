import type { Outcome } from '../../core/metrics.ts';
import type { PredictionRecord } from '../evaluate/prediction-record.ts';

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
export type FailureKind = keyof typeof FAILURE_TITLES;
export const FAILURE_KINDS = Object.keys(FAILURE_TITLES) as FailureKind[];

/**
 * One example of each kind of failure: the first of the last system in the list that has one, as that one is what the work is about.
 * Streams: only the examples are kept.
 */
export async function failureExamples(
  records: AsyncIterable<PredictionRecord>,
  systems: readonly string[],
): Promise<Map<FailureKind, PredictionRecord>> {
  const examples = new Map<FailureKind, PredictionRecord>();
  const rank = (record: PredictionRecord) => systems.indexOf(record.system);
  for await (const record of records) {
    if (record.outcome === 'right' || rank(record) < 0) continue;
    const known = examples.get(record.outcome);
    if (known === undefined || rank(known) < rank(record)) examples.set(record.outcome, record);
  }
  return examples;
}

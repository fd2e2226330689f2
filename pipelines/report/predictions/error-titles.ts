import type { ArgumentError } from '../../scoring/argument-errors.ts';

/** What each kind of wrong argument is called, in the order of the report. */
export const ERROR_TITLES: Readonly<Record<ArgumentError['kind'], string>> = {
  missing: 'Missing',
  extra: 'Extra',
  'wrong-type': 'Wrong type',
  'wrong-value': 'Wrong value',
  'made-up': 'Made up',
};

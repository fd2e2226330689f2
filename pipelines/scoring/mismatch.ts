/** In place of a parameter's name: the arguments as a whole. */
export const ALL_ARGUMENTS = '(arguments)';

/** The first thing that is wrong with a call's arguments. */
export interface Mismatch {
  kind: 'missing' | 'extra' | 'wrong-type' | 'wrong-value';
  parameter: string;
  expected?: unknown;
  found?: unknown;
}

/** One clause for people: `path: wrong value, expected "a.txt", found "b.txt"`. */
export function describeMismatch({ kind, parameter, expected, found }: Mismatch): string {
  const parts = [`${parameter}: ${kind.replace('-', ' ')}`];
  if (expected !== undefined) parts.push(`expected ${preview(expected)}`);
  if (found !== undefined) parts.push(`found ${preview(found)}`);
  return parts.join(', ');
}

function preview(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

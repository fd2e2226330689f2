import type { z } from 'zod';

/** Turns zod's issues into the `expected` and `found` of an error, all of them. */
export function describeIssues(error: z.ZodError, value: unknown): { expected: string; found: string } {
  const rows = error.issues.map((issue) => ({
    path: issue.path.join('.') || '(the whole)',
    message: issue.message,
    found: preview(valueAt(value, issue.path)),
  }));
  return {
    expected: rows.map(({ path, message }) => `${path}: ${message}`).join('; '),
    found: rows.map(({ path, found }) => `${path} = ${found}`).join('; '),
  };
}

/** The member of a nested value, `undefined` where there is none. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (member, key) =>
      member !== null && typeof member === 'object' && Object.hasOwn(member, key) ? (member as never)[key] : undefined,
    value,
  );
}

function preview(value: unknown): string {
  const text = value === undefined ? 'nothing' : jsonOf(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'something nested too deep to be shown';
  }
}

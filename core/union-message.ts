import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with a value that fits none of a union's schemas, for a union's `error`: zod's own message says no more than that. Told are the
 * issues of the schema that it comes nearest to.
 */
export function unionMessage(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'invalid_union') return undefined;
  const branches = issue.errors as Issue[][];
  const near = branches.filter((issues) => !issues.some(isOfAnotherType));
  const best = (near.length > 0 ? near : branches).toSorted((a, b) => a.length - b.length)[0];
  return best?.map(tell).join('; ');
}

function isOfAnotherType({ code, path }: Issue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}

function tell({ path, message }: Issue): string {
  const expected = message
    .replace(/^Invalid (?:(?:input|option): expected|discriminator value. Expected) /, '')
    .replaceAll('"|"', '", "');
  return path.length === 0 ? expected : `${path.join('.')}: ${expected}`;
}

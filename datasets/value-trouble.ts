/** Levels of lists and objects: what reads a value later goes down with every one. */
const DEEPEST = 64;

/** Why a text, or a value of JSON with all that it holds, cannot become a sample; `undefined` where it can. */
export function valueTrouble(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'half of a character (a lone surrogate)';
  if (value === null || typeof value !== 'object') return undefined;
  if (depth === DEEPEST) return `nested deeper than ${DEEPEST} levels`;
  for (const [key, member] of Object.entries(value)) {
    const trouble = valueTrouble(key) ?? valueTrouble(member, depth + 1);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

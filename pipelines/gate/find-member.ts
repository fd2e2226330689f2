/**
 * The member of a JSON value that a dotted path names; ids of tools have dots themselves, so that keys are tried as they are.
 * `undefined` where there is none.
 */
export function findMember(value: unknown, path: string): unknown {
  if (path === '') return value;
  if (value === null || typeof value !== 'object') return undefined;
  for (const [key, member] of Object.entries(value)) {
    const found =
      path === key || path.startsWith(`${key}.`) ? findMember(member, path.slice(key.length + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

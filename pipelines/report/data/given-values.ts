/** Every value in a call's arguments with its path, as `schemaChoices` names it: `edits[].newText`. */
export function* givenValues(value: unknown, path = ''): Generator<{ path: string; value: unknown }> {
  if (value === null || typeof value !== 'object') return;
  const members: [string, unknown][] = Array.isArray(value)
    ? value.map((item) => [`${path}[]`, item])
    : Object.entries(value).map(([name, member]) => [path === '' ? name : `${path}.${name}`, member]);
  for (const [inner, member] of members) {
    yield { path: inner, value: member };
    yield* givenValues(member, inner);
  }
}

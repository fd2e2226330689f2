/** All texts in a JSON value, at any depth: results of a hostile server may be nested deeper than a function can call itself. */
export function textsIn(value: unknown): string[] {
  return valuesWithin(value).filter((one) => typeof one === 'string');
}

/** All objects in a JSON value, at any depth, outer ones before those inside them. */
export function objectsIn(value: unknown): Record<string, unknown>[] {
  return valuesWithin(value).filter(
    (one): one is Record<string, unknown> => one !== null && typeof one === 'object' && !Array.isArray(one),
  );
}

/** A JSON value and all that it holds, in order. */
function valuesWithin(value: unknown): unknown[] {
  const found: unknown[] = [];
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    found.push(next);
    if (next === null || typeof next !== 'object') continue;
    for (const member of Object.values(next).reverse()) waiting.push(member);
  }
  return found;
}

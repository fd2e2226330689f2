/** A JSON Schema, or any other object inside one. */
type SchemaObject = Record<string, unknown>;

/**
 * The part of a schema that a local reference (`#`, `#/$defs/Name`) names; `undefined` where it is not local or leads nowhere.
 * Schemas come from servers that may be hostile: only own members are followed, and nothing that stands in a reference makes it throw.
 */
export function resolveReference(reference: string, root: unknown): unknown {
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) return undefined;
  return reference.slice(2).split('/').map(pointerKey).reduce(memberOf, root);
}

/**
 * The schema itself and every part that may describe the same value: through `allOf`, `anyOf`, `oneOf` and `$ref`, in this order.
 * Each part comes once, so that a schema that refers to itself has an end.
 */
export function partsOf(schema: unknown, root: unknown): SchemaObject[] {
  const parts = new Set<SchemaObject>();
  const waiting = [schema];
  while (waiting.length > 0) {
    const part = waiting.pop();
    if (!isSchemaObject(part) || parts.has(part)) continue;
    parts.add(part);
    const inner = [part.allOf, part.anyOf, part.oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
    if (typeof part.$ref === 'string') inner.push(resolveReference(part.$ref, root));
    waiting.push(...inner.reverse());
  }
  return [...parts];
}

function memberOf(part: unknown, key: string): unknown {
  return part !== null && typeof part === 'object' && Object.hasOwn(part, key)
    ? (part as SchemaObject)[key]
    : undefined;
}

function isSchemaObject(value: unknown): value is SchemaObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function pointerKey(part: string): string {
  return percentDecoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A `%` that stands for itself.
    return text;
  }
}

/** A JSON Schema, or any other object inside one. */
type SchemaObject = Record<string, unknown>;

/**
 * The part of a schema that a local reference (`#`, `#/$defs/Name`, also behind the schema's own `$id`) names; `undefined` where it is not
 * local or leads nowhere.
 * Schemas come from servers that may be hostile: only own members are followed, and nothing that stands in a reference makes it throw.
 */
export function resolveReference(reference: string, root: unknown): unknown {
  const local = withoutOwnId(reference, root);
  if (local === '#') return root;
  if (!local.startsWith('#/')) return undefined;
  return local.slice(2).split('/').map(pointerKey).reduce(memberOf, root);
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

/** A `$ref` that leads back to itself by nothing but other `$ref`s, so that no value can be judged; `undefined`: there is none. */
export function endlessReference(root: unknown): string | undefined {
  const cleared = new Set<unknown>();
  for (const schema of objectsIn(root)) {
    const trail = new Set<unknown>();
    let at: unknown = schema;
    while (isSchemaObject(at) && typeof at.$ref === 'string' && !cleared.has(at)) {
      if (trail.has(at)) return at.$ref;
      trail.add(at);
      at = resolveReference(at.$ref, root);
    }
    for (const passed of trail) cleared.add(passed);
  }
  return undefined;
}

/** Everything in a schema that may be a schema itself, at any depth. */
function objectsIn(root: unknown): Set<object> {
  const found = new Set<object>();
  const waiting = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (value === null || typeof value !== 'object' || found.has(value)) continue;
    found.add(value);
    for (const member of Object.values(value)) waiting.push(member);
  }
  return found;
}

function withoutOwnId(reference: string, root: unknown): string {
  const id = isSchemaObject(root) && typeof root.$id === 'string' ? root.$id.replace(/#$/, '') : '';
  if (id === '' || (reference !== id && !reference.startsWith(`${id}#`))) return reference;
  return reference === id || reference === `${id}#` ? '#' : reference.slice(id.length);
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

import { resolveReference } from '../../core/schema-reference.ts';
import { isObject, type JsonObject, type JsonType } from './json-type.ts';

/** A place in a JSON Schema. `schema` is `undefined` where nothing is declared. */
export interface SchemaPlace {
  root: unknown;
  schema: unknown;
}

export interface ObjectShape {
  properties: Map<string, SchemaPlace>;
  required: Set<string>;
}

/**
 * The JSON types that a place declares, through `$ref`, `anyOf`, `oneOf`, `allOf` and type lists; `undefined`: untyped. What refers to itself says
 * nothing new. Each part is looked at once: a server's schema may lead to the same few parts in more ways than can be counted.
 */
export function declaredTypes({ root, schema }: SchemaPlace): Set<JsonType> | undefined {
  const known = new Map<JsonObject, Set<JsonType> | undefined>();
  return typesOf(schema);

  function typesOf(part: unknown): Set<JsonType> | undefined {
    if (!isObject(part) || known.has(part)) return known.get(part as JsonObject);
    known.set(part, undefined);
    const types = lookAt(part);
    known.set(part, types);
    return types;
  }

  function lookAt(part: JsonObject): Set<JsonType> | undefined {
    if (part.type !== undefined) return new Set([part.type].flat().map(typeName));
    if (typeof part.$ref === 'string') return typesOf(resolveReference(part.$ref, root));
    const choices = alternatives(part).map(typesOf);
    if (choices.length > 0)
      return choices.includes(undefined) ? undefined : new Set(choices.flatMap((set) => [...set!]));
    return conjuncts(part)
      .map(typesOf)
      .find((types) => types !== undefined);
  }
}

/** The properties and required names that a place declares for an object. */
export function objectShape({ root, schema }: SchemaPlace): ObjectShape {
  const shape: ObjectShape = { properties: new Map(), required: new Set() };
  // Once as what holds in any case, and once as one choice among others.
  const [asserted, chosen] = [new Set<JsonObject>(), new Set<JsonObject>()];
  add(schema, true);
  return shape;

  function add(part: unknown, holds: boolean): void {
    const seen = holds ? asserted : chosen;
    if (!isObject(part) || seen.has(part)) return;
    seen.add(part);
    for (const [name, property] of Object.entries(isObject(part.properties) ? part.properties : {}))
      if (!shape.properties.has(name)) shape.properties.set(name, { root, schema: property });
    if (holds && Array.isArray(part.required)) for (const name of part.required) shape.required.add(String(name));
    if (typeof part.$ref === 'string') add(resolveReference(part.$ref, root), holds);
    for (const inner of conjuncts(part)) add(inner, holds);
    for (const choice of alternatives(part)) add(choice, false);
  }
}

/** Where the elements of an array are declared. */
export function elementPlace({ root, schema }: SchemaPlace, index: number): SchemaPlace {
  const seen = new Set<JsonObject>();
  return { root, schema: elementOf(schema) };

  function elementOf(part: unknown): unknown {
    if (!isObject(part) || seen.has(part)) return undefined;
    seen.add(part);
    if (typeof part.$ref === 'string') return elementOf(resolveReference(part.$ref, root));
    const first = [part.prefixItems, part.items].find(Array.isArray);
    if (first !== undefined && index < first.length) return first[index];
    if (isObject(part.items)) return part.items;
    for (const inner of [...conjuncts(part), ...alternatives(part)]) {
      const found = elementOf(inner);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function alternatives(schema: JsonObject): unknown[] {
  return [schema.anyOf, schema.oneOf].filter(Array.isArray).flat();
}

function conjuncts(schema: JsonObject): unknown[] {
  return Array.isArray(schema.allOf) ? schema.allOf : [];
}

function typeName(type: unknown): JsonType {
  return (type === 'integer' ? 'number' : type) as JsonType;
}

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

/** References that point in a circle, or deeper than anyone writes by hand, end here. */
const MAX_DEPTH = 32;

/** The JSON types that a place declares, through `$ref`, `anyOf`, `oneOf`, `allOf` and type lists; `undefined`: untyped. */
export function declaredTypes(place: SchemaPlace, depth = 0): Set<JsonType> | undefined {
  const { root, schema } = place;
  if (!isObject(schema) || depth > MAX_DEPTH) return undefined;
  if (schema.type !== undefined) return new Set([schema.type].flat().map(typeName));
  if (typeof schema.$ref === 'string') return declaredTypes(referred(root, schema.$ref), depth + 1);
  const choices = alternatives(schema).map((choice) => declaredTypes({ root, schema: choice }, depth + 1));
  if (choices.length > 0) return choices.includes(undefined) ? undefined : new Set(choices.flatMap((set) => [...set!]));
  const parts = conjuncts(schema).map((part) => declaredTypes({ root, schema: part }, depth + 1));
  return parts.find((types) => types !== undefined);
}

/** The properties and required names that a place declares for an object. */
export function objectShape(place: SchemaPlace, depth = 0): ObjectShape {
  const shape: ObjectShape = { properties: new Map(), required: new Set() };
  const { root, schema } = place;
  if (!isObject(schema) || depth > MAX_DEPTH) return shape;
  const add = (from: ObjectShape, withRequired: boolean) => {
    for (const [name, property] of from.properties)
      if (!shape.properties.has(name)) shape.properties.set(name, property);
    if (withRequired) for (const name of from.required) shape.required.add(name);
  };
  if (isObject(schema.properties)) {
    for (const [name, property] of Object.entries(schema.properties))
      shape.properties.set(name, { root, schema: property });
  }
  if (Array.isArray(schema.required)) for (const name of schema.required) shape.required.add(String(name));
  if (typeof schema.$ref === 'string') add(objectShape(referred(root, schema.$ref), depth + 1), true);
  for (const part of conjuncts(schema)) add(objectShape({ root, schema: part }, depth + 1), true);
  for (const choice of alternatives(schema)) add(objectShape({ root, schema: choice }, depth + 1), false);
  return shape;
}

/** Where the elements of an array are declared. */
export function elementPlace(place: SchemaPlace, index: number, depth = 0): SchemaPlace {
  const { root, schema } = place;
  const nothing = { root, schema: undefined };
  if (!isObject(schema) || depth > MAX_DEPTH) return nothing;
  if (typeof schema.$ref === 'string') return elementPlace(referred(root, schema.$ref), index, depth + 1);
  const first = [schema.prefixItems, schema.items].find(Array.isArray);
  if (first !== undefined && index < first.length) return { root, schema: first[index] };
  if (isObject(schema.items)) return { root, schema: schema.items };
  const nested = [...conjuncts(schema), ...alternatives(schema)].map((part) =>
    elementPlace({ root, schema: part }, index, depth + 1),
  );
  return nested.find((found) => found.schema !== undefined) ?? nothing;
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

/** Where a reference leads; one that is not local declares nothing here. */
function referred(root: unknown, reference: string): SchemaPlace {
  return { root, schema: resolveReference(reference, root) };
}

import { isObject, jsonType } from './json-type.ts';
import { declaredTypes, type SchemaPlace } from './schema-place.ts';

/** In a gold: any value that is not empty and of a declared type will do. */
export const ANY_VALUE = '<any>';

/** Whether a value satisfies `<any>` at this place of the schema. */
export function satisfiesAny(place: SchemaPlace, value: unknown): boolean {
  if (isEmpty(value)) return false;
  const types = declaredTypes(place);
  return types === undefined || types.has(jsonType(value));
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

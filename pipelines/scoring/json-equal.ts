import { ANY_VALUE, satisfiesAny } from './any-value.ts';
import { isObject, type JsonObject } from './json-type.ts';
import { elementPlace, objectShape, type SchemaPlace } from './schema-place.ts';

/**
 * JSON equality with a gold: numbers by value, key order free, array order fixed, strings to the letter,
 * true is not 1, null is not missing. `<any>` in the gold stands for any non-empty value of a declared type.
 */
export function equalsGold(gold: unknown, value: unknown, place: SchemaPlace): boolean {
  if (gold === ANY_VALUE) return satisfiesAny(place, value);
  if (Array.isArray(gold)) return Array.isArray(value) && equalArrays(gold, value, place);
  if (isObject(gold)) return isObject(value) && equalObjects(gold, value, place);
  return gold === value;
}

function equalArrays(gold: unknown[], value: unknown[], place: SchemaPlace): boolean {
  return (
    gold.length === value.length &&
    gold.every((element, index) => equalsGold(element, value[index], elementPlace(place, index)))
  );
}

function equalObjects(gold: JsonObject, value: JsonObject, place: SchemaPlace): boolean {
  const keys = Object.keys(gold);
  return (
    keys.length === Object.keys(value).length &&
    keys.every((key) => Object.hasOwn(value, key) && equalsGold(gold[key], value[key], memberPlace(place, key)))
  );
}

/** Where a member of an object is declared. */
export function memberPlace(place: SchemaPlace, key: string): SchemaPlace {
  return objectShape(place).properties.get(key) ?? { root: place.root, schema: undefined };
}

import { ANY_VALUE, satisfiesAny } from './any-value.ts';
import type { GoldCall } from './gold.ts';
import { equalsGold, memberPlace } from './json-equal.ts';
import { isObject, type JsonObject, jsonType } from './json-type.ts';
import type { Mismatch } from './mismatch.ts';
import { normalizeString } from './normalize-string.ts';
import { literalValues, matchesMembers, OPTIONAL, possibleValues } from './possible-values.ts';
import { declaredTypes, elementPlace, objectShape, type SchemaPlace } from './schema-place.ts';

/**
 * Arguments by the rules of the Berkeley Function Calling Leaderboard, for JSON Schema: right names, right types, and
 * values that are equal but for punctuation and case of strings. Enum, range and pattern play no part.
 * @param schema the tool's input schema; `undefined` where it is not known (then names are checked against the gold only)
 * @returns the first mismatch; `undefined`: right
 */
export function argsAst(schema: unknown, gold: GoldCall, value: JsonObject): Mismatch | undefined {
  return astMismatches(schema, gold, value).next().value;
}

/** All that `argsAst` finds wrong, names before values. A parameter that is required and in the gold may be missing twice. */
export function* astMismatches(
  schema: unknown,
  gold: GoldCall,
  value: JsonObject,
): Generator<Mismatch, undefined, undefined> {
  const place = { root: schema, schema };
  const shape = objectShape(place);
  const possible = possibleValues(gold);
  const listed = literalValues(gold);
  const first = (name: string) => (Object.hasOwn(listed, name) ? listed[name]?.[0] : undefined);
  for (const name of shape.required) {
    if (!Object.hasOwn(value, name)) yield { kind: 'missing', parameter: name, expected: first(name) };
  }
  const isExtra = (name: string) =>
    (schema !== undefined && !shape.properties.has(name)) || !Object.hasOwn(possible, name);
  for (const name of Object.keys(value)) {
    if (isExtra(name)) yield { kind: 'extra', parameter: name, found: value[name] };
  }
  for (const name of Object.keys(possible)) {
    if (Object.hasOwn(value, name) || possible[name]!.includes(OPTIONAL)) continue;
    yield { kind: 'missing', parameter: name, expected: first(name) };
  }
  for (const name of Object.keys(value)) {
    if (isExtra(name)) continue;
    const kind = compare({ possible: possible[name]!, listed: listed[name]! }, value[name], memberPlace(place, name));
    if (kind !== undefined) yield { kind, parameter: name, expected: first(name), found: value[name] };
  }
  return undefined;
}

/** @param listed the possible values as the gold has them: to what has another type than declared, no list in them means a choice */
function compare(
  { possible, listed }: Record<'possible' | 'listed', unknown[]>,
  value: unknown,
  place: SchemaPlace,
): 'wrong-type' | 'wrong-value' | undefined {
  if (possible.includes(ANY_VALUE) && satisfiesAny(place, value)) return undefined;
  const type = jsonType(value);
  const declared = declaredTypes(place)?.has(type) ?? true;
  if (declared) return matches(possible, value, place) ? undefined : 'wrong-value';
  const isListed = listed.some((one) => one !== OPTIONAL && one !== ANY_VALUE && jsonType(one) === type);
  if (!isListed) return 'wrong-type';
  return listed.some((one) => equalsGold(one, value, place)) ? undefined : 'wrong-value';
}

/** A value of a declared type against the possible ones. */
function matches(possible: unknown[], value: unknown, place: SchemaPlace): boolean {
  if (Array.isArray(value)) return possible.some((one) => matchesArray(one, value, place));
  if (isObject(value)) return possible.some((one) => isObject(one) && matchesObject(one, value, place));
  return matchesLeaf(possible, value, place);
}

function matchesArray(possible: unknown, value: unknown[], place: SchemaPlace): boolean {
  if (possible === OPTIONAL) return value.length === 0;
  if (!Array.isArray(possible) || possible.length !== value.length) return false;
  return possible.every((element, index) => {
    const at = elementPlace(place, index);
    const found = value[index];
    return isObject(element) && isObject(found) ? matchesObject(element, found, at) : matchesLeaf([element], found, at);
  });
}

function matchesObject(members: JsonObject, value: JsonObject, place: SchemaPlace): boolean {
  return matchesMembers(members, value, (possible, member, key) =>
    matchesLeaf(possible, member, memberPlace(place, key)),
  );
}

/** Strings without punctuation and case, all else by equality. */
function matchesLeaf(possible: unknown[], value: unknown, place: SchemaPlace): boolean {
  if (possible.includes(ANY_VALUE) && satisfiesAny(place, value)) return true;
  if (typeof value !== 'string') return possible.some((one) => equalsGold(one, value, place));
  const text = normalizeString(value);
  return possible.some((one) => typeof one === 'string' && one !== ANY_VALUE && normalizeString(one) === text);
}

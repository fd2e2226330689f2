import type { GoldCall } from './gold.ts';
import { isObject, type JsonObject } from './json-type.ts';

/** BFCL's marker among possible values: the parameter may be left out. */
export const OPTIONAL = '';

export type PossibleValues = Record<string, unknown[]>;

/** A gold's arguments in the form of possible values; plain ones are wrapped, members of objects too. */
export function possibleValues(gold: GoldCall): PossibleValues {
  if (gold.possible !== undefined) return gold.possible;
  return mapValues(gold.arguments ?? {}, (value) => [wrapMembers(value)]);
}

/** The same, but each value as the gold has it. */
export function literalValues(gold: GoldCall): PossibleValues {
  return gold.possible ?? mapValues(gold.arguments ?? {}, (value) => [value]);
}

/** Arguments that are right: the gold's own, or the first possible value of each. */
export function rightArguments({
  arguments: plain,
  possible = {},
}: Pick<GoldCall, 'arguments' | 'possible'>): JsonObject {
  return plain ?? Object.fromEntries(Object.entries(possible).map(([name, values]) => [name, values[0]]));
}

/** `{city: "Paris"}` → `{city: ["Paris"]}`, also for the objects directly in an array; deeper values stay. */
function wrapMembers(value: unknown): unknown {
  const wrap = (object: JsonObject) => mapValues(object, (member) => [member]);
  if (Array.isArray(value)) return value.map((element) => (isObject(element) ? wrap(element) : element));
  return isObject(value) ? wrap(value) : value;
}

function mapValues<T>(object: JsonObject, change: (value: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/** The possible values of a member; one that is no list counts as a list of itself. */
function memberList(members: JsonObject, key: string): unknown[] {
  const listed = members[key];
  return Array.isArray(listed) ? listed : [listed];
}

/** Walks an object against member lists: nothing unknown, nothing missing but what may be left out. */
export function matchesMembers(
  members: JsonObject,
  value: JsonObject,
  matches: (possible: unknown[], value: unknown, key: string) => boolean,
): boolean {
  return (
    Object.keys(value).every(
      (key) => Object.hasOwn(members, key) && matches(memberList(members, key), value[key], key),
    ) && Object.keys(members).every((key) => Object.hasOwn(value, key) || memberList(members, key).includes(OPTIONAL))
  );
}

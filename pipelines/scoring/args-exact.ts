import type { GoldCall } from './gold.ts';
import { equalsGold, memberPlace } from './json-equal.ts';
import { isObject, type JsonObject } from './json-type.ts';
import type { Mismatch } from './mismatch.ts';
import { matchesMembers, OPTIONAL } from './possible-values.ts';
import { elementPlace, type SchemaPlace } from './schema-place.ts';

/** Arguments by JSON equality. With `possible`, each equals one listed value. `undefined`: right. */
export function argsExact(schema: unknown, gold: GoldCall, value: JsonObject): Mismatch | undefined {
  const place = { root: schema, schema };
  const plain = gold.arguments ?? {};
  const names = Object.keys(gold.possible ?? plain);
  const listed = (name: string) => gold.possible?.[name] ?? [plain[name]];
  for (const name of names) {
    if (Object.hasOwn(value, name)) continue;
    if (gold.possible === undefined || !listed(name).includes(OPTIONAL)) {
      return { kind: 'missing', parameter: name, expected: listed(name)[0] };
    }
  }
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) return { kind: 'extra', parameter: name, found: value[name] };
    const at = memberPlace(place, name);
    const right = listed(name).some(
      (one) => equalsGold(one, value[name], at) || (gold.possible !== undefined && equalsMembers(one, value[name], at)),
    );
    if (!right) return { kind: 'wrong-value', parameter: name, expected: listed(name)[0], found: value[name] };
  }
  return undefined;
}

/** Inside `possible`, members of objects may hold lists of possible values too. */
function equalsMembers(listed: unknown, value: unknown, place: SchemaPlace): boolean {
  if (Array.isArray(listed) && Array.isArray(value)) {
    return (
      listed.length === value.length &&
      listed.every((element, index) => {
        const at = elementPlace(place, index);
        return equalsGold(element, value[index], at) || (isObject(element) && equalsMembers(element, value[index], at));
      })
    );
  }
  if (!isObject(listed) || !isObject(value)) return false;
  return matchesMembers(listed, value, (possible, member, key) =>
    possible.some((one) => equalsGold(one, member, memberPlace(place, key))),
  );
}

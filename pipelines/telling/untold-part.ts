import { partsOf } from '../../core/schema-reference.ts';
import { memberPlace } from '../scoring/json-equal.ts';
import { elementPlace, type SchemaPlace } from '../scoring/schema-place.ts';
import { isTold, valuesIn } from './told-values.ts';

/** What a value may come from, besides the schema. */
export interface Telling {
  place: SchemaPlace;
  /** Values that are known otherwise. */
  offered: readonly string[];
  /** All that was said before the call. */
  before: string;
}

/**
 * A text or number of a value that nothing tells; `undefined` where each one stands in what was said before, or is offered by the schema at its
 * place (enum, const, default, example). Flags are a choice between two and no copy of anything: they are not judged.
 */
export function untoldPart(value: unknown, { place, offered, before }: Telling): string | undefined {
  const all = [...offered, ...offeredBy(place)];
  if (typeof value === 'string' || typeof value === 'number') {
    const text = String(value);
    return all.includes(text) || isTold(text, before) ? undefined : text;
  }
  if (value === null || typeof value !== 'object') return undefined;
  for (const [key, member] of Object.entries(value)) {
    const inner = Array.isArray(value) ? elementPlace(place, Number(key)) : memberPlace(place, key);
    const untold = untoldPart(member, { place: inner, offered: all, before });
    if (untold !== undefined) return untold;
  }
  return undefined;
}

/** What a schema lists for a value, whole lists and objects by what they hold. */
function offeredBy({ root, schema }: SchemaPlace): string[] {
  return partsOf(schema, root).flatMap((part) =>
    valuesIn([part.enum, part.const, part.default, part.examples, part.example]),
  );
}

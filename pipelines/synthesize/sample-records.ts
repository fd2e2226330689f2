import type { Collection, Row } from './harvest.ts';
import { samplePlain } from './sample-plain.ts';
import { NoValue, type Sampling } from './sampling.ts';
import type { Slot } from './slots.ts';
import { collectionOf, type Field, fieldFor, isKey, kindKeys, kindOfRow, pointsTo } from './state.ts';
import { inventName, inventStatement } from './words/invent.ts';

const TYPES = ['person', 'company', 'project', 'city', 'product', 'event', 'book'];
const MAKES = /^(create|make|add|new|insert|store|save|register|put|append)/i;

/** One object of a call: a row that exists, a new one after the pattern of those that exist, or values about an existing one. */
export function sampleObject(sampling: Sampling, members: readonly Slot[]): Row {
  const { random, state, model } = sampling;
  const makes = MAKES.test(model.tool.name);
  const same = collectionOf(state, members);
  if (same && same.rows.length > 0)
    return makes ? newRow(sampling, same, random.pick(same.rows)) : { ...random.pick(same.rows) };
  const about = members.find(({ kind, fresh }) => kind === 'name' && !fresh);
  const field = about && fieldFor(state, about);
  if (field && field.collection.rows.length > 0) return rowAbout(sampling, members, field);
  if (!makes && state.collections.length === 0) throw new NoValue('the server holds nothing yet');
  const kind = random.pick(TYPES);
  return Object.fromEntries(
    members.map((slot) => [slot.name, slot.kind === 'type' ? kind : invented(sampling, slot, kind)]),
  );
}

/** Values about a thing that exists, some of them out of its own row. */
function rowAbout(sampling: Sampling, members: readonly Slot[], { collection, key }: Field): Row {
  const { random, state } = sampling;
  const taken = members
    .filter(({ fresh, kind }) => !fresh && kind !== 'name')
    .map((slot) => [slot, fieldFor(state, slot)] as const);
  const own = new Map(
    taken.flatMap(([slot, field]) => (field?.collection === collection ? [[slot.name, field.key] as const] : [])),
  );
  const rows = collection.rows.filter((row) =>
    [...own.values()].every((name) => !Array.isArray(row[name]) || row[name].length > 0),
  );
  if (rows.length === 0) throw new NoValue('no row with the values asked for');
  const row = random.pick(rows);
  return Object.fromEntries(
    members.map((slot) => {
      if (slot.kind === 'name' && !slot.fresh) return [slot.name, row[key]];
      const from = own.get(slot.name);
      const value = from === undefined ? invented(sampling, slot, kindOfRow(collection, row)) : row[from];
      return [slot.name, from !== undefined && Array.isArray(value) ? random.sample(value, 1 + random.int(2)) : value];
    }),
  );
}

/** A new row like an existing one: of the same kind, with another name, pointing to other rows of the same kinds. */
function newRow(sampling: Sampling, collection: Collection, like: Row): Row {
  const { random, state } = sampling;
  const kind = kindOfRow(collection, like);
  const kinds = kindKeys(collection);
  const row = Object.fromEntries(
    Object.entries(like).map(([key, value]) => {
      const target = pointsTo(state, { collection, key });
      if (target) return [key, otherOfSameKind(sampling, target, String(value))];
      if (kinds.includes(key)) return [key, value];
      if (Array.isArray(value)) return [key, statements(sampling, kind)];
      return [key, isKey(collection, key) ? inventName(random, kind) : value];
    }),
  );
  const text = JSON.stringify(row);
  if (collection.rows.some((other) => JSON.stringify(other) === text) || isLoop(row))
    throw new NoValue('it exists already');
  return row;
}

function isLoop(row: Row): boolean {
  const texts = Object.values(row).filter((value) => typeof value === 'string');
  return new Set(texts).size < texts.length;
}

function otherOfSameKind({ random }: Sampling, { collection, key }: Field, value: string): unknown {
  const like = collection.rows.find((row) => row[key] === value);
  const kinds = kindKeys(collection);
  const alike = collection.rows.filter((row) => kinds.every((kind) => row[kind] === like?.[kind]));
  return random.pick(alike.length > 0 ? alike : collection.rows)[key];
}

function invented(sampling: Sampling, slot: Slot, kind: string): unknown {
  const { random } = sampling;
  if (slot.kind === 'statement') return slot.array ? statements(sampling, kind) : inventStatement(random, kind);
  if (slot.kind === 'name') return inventName(random, kind);
  const value = samplePlain(random, slot);
  return slot.array ? [value] : value;
}

function statements({ random }: Sampling, kind: string): string[] {
  const count = random.chance(0.6) ? 1 : 2;
  return [...new Set(Array.from({ length: count }, () => inventStatement(random, kind)))];
}

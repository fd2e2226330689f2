import type { Random } from '../../core/random.ts';
import type { ToolModel } from './concepts.ts';
import { sampleDestination, sampleEdit, sampleExclude, sampleGlob, samplePath } from './sample-paths.ts';
import { samplePlain } from './sample-plain.ts';
import { sampleSearch } from './sample-query.ts';
import { sampleObject } from './sample-records.ts';
import { type Arguments, NoValue, type Sampling } from './sampling.ts';
import type { Slot } from './slots.ts';
import { fieldFor, type ServerState, valuesOf } from './state.ts';

/** How often an optional parameter is used. */
const OPTIONAL_SHARE = 0.22;
/** Paths first: other values depend on them. */
const ORDER = ['file', 'folder', 'path', 'destination'];

/** Draws a call's arguments; `plain`: the required ones only. @throws NoValue where the server's state has nothing that fits */
export async function sampleArguments(
  random: Random,
  model: ToolModel,
  state: ServerState,
  plain = false,
): Promise<Arguments> {
  const sampling: Sampling = { random, model, state, args: {} };
  const optional = model.slots.filter(
    ({ required, kind, given }) => !required && (given !== undefined || (kind !== 'unknown' && kind !== 'object')),
  );
  const used =
    !plain && optional.length > 0 && random.chance(OPTIONAL_SHARE + 0.1 * optional.length)
      ? [random.pick(optional)]
      : [];
  const slots = model.slots.filter((slot) => slot.required || used.includes(slot));
  const rank = ({ kind }: Slot) => (ORDER.indexOf(kind) + ORDER.length + 1) % (ORDER.length + 1);
  for (const slot of slots.toSorted((a, b) => rank(a) - rank(b)))
    sampling.args[slot.name] = await sampleSlot(sampling, slot);
  return Object.fromEntries(
    model.slots.filter(({ name }) => name in sampling.args).map(({ name }) => [name, sampling.args[name]]),
  );
}

async function sampleSlot(sampling: Sampling, slot: Slot): Promise<unknown> {
  const { random } = sampling;
  if (slot.given !== undefined) return random.pick(slot.given);
  if (!slot.array) return sampleOne(sampling, slot);
  const { minItems = 1, maxItems = 3 } = slot.schema as { minItems?: number; maxItems?: number };
  const isList = slot.kind === 'name' || slot.kind === 'file' || slot.kind === 'path';
  const many =
    slot.kind === 'exclude'
      ? 1
      : slot.kind === 'object'
        ? random.chance(0.2)
          ? 2
          : 1
        : isList && slot.kind !== 'name'
          ? 2 + random.int(2)
          : 1 + random.int(2);
  const items: unknown[] = [];
  const wanted = Math.min(Math.max(many, minItems), maxItems);
  for (let tries = 0; items.length < wanted && tries < 8; tries++) {
    const item = await sampleOne(sampling, slot);
    if (!items.some((other) => clashes(other, item))) items.push(item);
  }
  if (items.length === 0) throw new NoValue(`no value for ${slot.name}`);
  return items;
}

/** Equal, or two edits of one place, or two items about one thing. */
function clashes(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [first, second] = [Object.values(a)[0], Object.values(b)[0]];
  return (
    JSON.stringify(a) === JSON.stringify(b) ||
    (typeof first === 'string' && typeof second === 'string' && (first.includes(second) || second.includes(first)))
  );
}

async function sampleOne(sampling: Sampling, slot: Slot): Promise<unknown> {
  switch (slot.kind) {
    case 'file':
    case 'folder':
    case 'path':
      return samplePath(sampling, slot);
    case 'destination':
      return sampleDestination(sampling, slot);
    case 'glob':
      return sampleGlob(sampling);
    case 'exclude':
      return sampleExclude(sampling);
    case 'object':
      return slot.members.some(({ kind }) => kind === 'old-text')
        ? sampleEdit(sampling, slot)
        : sampleObject(sampling, slot.members);
    case 'name':
    case 'id':
    case 'word':
    case 'type':
    case 'relation':
      return slot.fresh
        ? samplePlain(sampling.random, slot)
        : (fromState(sampling, slot) ?? samplePlain(sampling.random, slot));
    case 'query':
      return sampleSearch(sampling, slot);
    case 'unknown':
      throw new NoValue(`no idea what ${slot.name} takes`);
    default:
      return samplePlain(sampling.random, slot);
  }
}

function fromState({ random, state }: Sampling, slot: Slot): string | undefined {
  const field = fieldFor(state, slot);
  const values = field === undefined ? [] : valuesOf(field.collection, field.key);
  return values.length > 0 ? random.pick(values) : undefined;
}

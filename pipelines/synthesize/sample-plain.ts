import type { Random } from '../../core/random.ts';
import type { Slot } from './slots.ts';
import { inventName, inventPerson, inventPhrase, inventSentence, inventStatement, inventStem } from './words/invent.ts';
import { CITIES } from './words/lists.ts';

const TIMEZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Tokyo',
  'Africa/Nairobi',
  'Australia/Sydney',
  'America/Lima',
  'Asia/Kolkata',
  'Europe/Oslo',
];
const RELATIONS = ['works_with', 'knows', 'belongs_to', 'located_in', 'depends_on', 'manages'];
const TYPES = ['person', 'company', 'project', 'city', 'product', 'event'];

/** A value that needs no knowledge of the server's state. */
export function samplePlain(random: Random, slot: Slot): unknown {
  switch (slot.kind) {
    case 'choice':
      return sampleChoice(random, slot);
    case 'flag':
      return slot.schema.default !== true;
    case 'count':
      return sampleNumber(random, slot, 12, true);
    case 'number':
      return sampleNumber(random, slot, 100, random.chance(0.7));
    case 'name':
      return inventName(random, slot.nameWords.join(' '));
    case 'type':
      return random.pick(TYPES);
    case 'relation':
      return random.pick(RELATIONS);
    case 'statement':
      return inventStatement(random);
    case 'date':
      return `${2024 + random.int(4)}-${two(1 + random.int(12))}-${two(1 + random.int(28))}${slot.schema.format === 'date-time' ? `T${two(random.int(24))}:00:00Z` : ''}`;
    case 'time':
      return `${two(random.int(24))}:${two(5 * random.int(12))}`;
    case 'timezone':
      return random.pick(TIMEZONES);
    case 'email':
      return `${inventPerson(random).toLowerCase().replace(' ', '.')}@example.com`;
    case 'url':
      return `https://example.com/${inventStem(random)}`;
    case 'id':
      return `${random.pick(CITIES).slice(0, 3).toUpperCase()}-${100 + random.int(900)}`;
    case 'query':
    case 'word':
      return inventPhrase(random);
    default:
      return inventSentence(random);
  }
}

function sampleChoice(random: Random, { schema }: Slot): unknown {
  const item = (schema.items ?? schema) as { enum?: unknown[]; const?: unknown; default?: unknown };
  const options = item.enum ?? [item.const];
  const others = options.filter((option) => option !== item.default);
  return random.pick(others.length > 0 && random.chance(0.8) ? others : options);
}

function sampleNumber(random: Random, { schema }: Slot, span: number, whole: boolean): number {
  const low = Number(schema.minimum ?? schema.exclusiveMinimum ?? 1);
  const from = schema.exclusiveMinimum === undefined ? low : low + 1;
  const to = Math.min(Number(schema.maximum ?? Number.POSITIVE_INFINITY), from + span);
  const value = from + random.next() * (to - from);
  return whole || schema.type === 'integer' ? Math.min(Math.round(value), to) : Math.round(value * 10) / 10;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

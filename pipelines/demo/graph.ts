import type { Random } from '../../core/random.ts';
import { inventName, inventStatement } from '../synthesize/words/invent.ts';

interface Entity {
  type: 'entity';
  name: string;
  entityType: string;
  observations: string[];
}
interface Relation {
  type: 'relation';
  from: string;
  to: string;
  relationType: string;
}

/** How many of each kind. */
const KINDS: readonly [string, number][] = [
  ['person', 30],
  ['company', 12],
  ['project', 12],
  ['city', 8],
  ['product', 7],
  ['event', 6],
  ['book', 6],
];

/** Which kinds are connected how, and how often. */
const LINKS: readonly [string, string, string, number][] = [
  ['person', 'works_at', 'company', 18],
  ['person', 'lives_in', 'city', 14],
  ['person', 'manages', 'project', 10],
  ['person', 'knows', 'person', 14],
  ['person', 'attends', 'event', 8],
  ['person', 'has_read', 'book', 8],
  ['company', 'is_located_in', 'city', 8],
  ['company', 'sponsors', 'event', 5],
  ['company', 'sells', 'product', 7],
  ['project', 'uses', 'product', 6],
  ['project', 'belongs_to', 'company', 8],
  ['event', 'takes_place_in', 'city', 5],
];

/** A knowledge graph as the memory server stores it: entities, then relations. */
export function demoGraph(random: Random): (Entity | Relation)[] {
  const entities = new Map<string, Entity>();
  for (const [kind, count] of KINDS) {
    for (let made = 0; made < count; ) {
      const name = inventName(random, kind);
      if (entities.has(name)) continue;
      const observations = new Set(Array.from({ length: 1 + random.int(4) }, () => inventStatement(random, kind)));
      entities.set(name, { type: 'entity', name, entityType: kind, observations: [...observations] });
      made += 1;
    }
  }
  const namesOf = (kind: string) =>
    [...entities.values()].filter(({ entityType }) => entityType === kind).map(({ name }) => name);
  const relations = new Map<string, Relation>();
  for (const [fromKind, relationType, toKind, count] of LINKS) {
    for (let made = 0; made < count; ) {
      const [from, to] = [random.pick(namesOf(fromKind)), random.pick(namesOf(toKind))];
      const key = `${from}|${relationType}|${to}`;
      if (from === to || relations.has(key)) continue;
      relations.set(key, { type: 'relation', from, to, relationType });
      made += 1;
    }
  }
  return [...entities.values(), ...relations.values()];
}

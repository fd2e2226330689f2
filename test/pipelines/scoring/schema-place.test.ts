import { describe, expect, it } from 'vitest';
import { declaredTypes, elementPlace, objectShape } from '../../../pipelines/scoring/schema-place.ts';

/** A schema of a hostile server: from each level ten ways lead to the next, and from the last one to the first. */
function maze(end: object) {
  const levels = Array.from({ length: 30 }, (_, level) => {
    const next = { $ref: `#/$defs/l${(level + 1) % 30}` };
    return [`l${level}`, { [level % 2 === 0 ? 'anyOf' : 'allOf']: [...Array.from({ length: 10 }, () => next), end] }];
  });
  const root = { $defs: Object.fromEntries(levels), $ref: '#/$defs/l0' };
  return { root, schema: root };
}

describe('a schema that leads to the same parts in countless ways', () => {
  it('has the types, the members and the elements of each part', () => {
    expect(declaredTypes(maze({ type: 'string' }))).toEqual(new Set(['string']));
    expect([...objectShape(maze({ properties: { path: {} }, required: ['path'] })).properties.keys()]).toEqual([
      'path',
    ]);
    expect(elementPlace(maze({ items: { type: 'number' } }), 0).schema).toEqual({ type: 'number' });
    expect(elementPlace(maze({}), 0).schema).toBeUndefined();
  });
});

describe('objectShape', () => {
  it('requires what holds in any case, also where a choice has it first', () => {
    const named = { properties: { name: {} }, required: ['name'] };
    const root = {
      $defs: { named },
      anyOf: [{ $ref: '#/$defs/named' }],
      allOf: [{ anyOf: [{ $ref: '#/$defs/named' }] }],
    };
    expect(objectShape({ root, schema: root }).required).toEqual(new Set());
    const both = { ...root, allOf: [...root.allOf, { $ref: '#/$defs/named' }] };
    expect(objectShape({ root: both, schema: both }).required).toEqual(new Set(['name']));
  });
});

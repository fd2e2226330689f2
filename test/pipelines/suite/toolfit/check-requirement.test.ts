import { expect, test } from 'vitest';
import { isSatisfied } from '../../../../pipelines/suite/toolfit/check-requirement.ts';
import { deriveRequirements } from '../../../../pipelines/suite/toolfit/derive-requirements.ts';
import type { CheckedRequirement } from '../../../../pipelines/suite/toolfit/requirement.ts';

const listing = '[FILE] a.md\n[FILE] b.md.bak\n[DIR] old notes';
const table = 'a.md      812 bytes\nb.md    8120 bytes';
const info = 'size: 812\ncreated: Monday\nisFile: true';
const people = JSON.stringify({
  entities: [
    { name: 'Ann', entityType: 'person', observations: ['likes tea', 'lives "here"'], note: '' },
    { name: 'Ben', entityType: 'robot', observations: [] },
  ],
});
const blocks = 'Kettle\nprice: 20 euros\n\nLantern\nprice: 35 euros';

type Row = [requirement: CheckedRequirement, text: string, args: object, expected: boolean];
test.each<Row>([
  [{ listed: 'a.md' }, listing, {}, true],
  [{ listed: 'old notes' }, listing, {}, true],
  [{ listed: 'b.md' }, listing, {}, false],
  [{ listed: 'd' }, listing, {}, false],
  [{ listed: 'a.md' }, 'found notes/a.md.', {}, true],
  [{ listed: 'lives "here"' }, people, {}, true],
  [{ listed: 'a.md' }, 'xa.md 𝐀a.md .a.md a.md_ a.md.𝐀 a.md𝐀 (a.md', {}, true],
  [{ listed: 'a.md' }, 'xa.md 𝐀a.md .a.md a.md_ a.md.𝐀 a.md𝐀', {}, false],
  [{ listed: 'x'.repeat(9_000_000) }, 'x', {}, false],
  // What was cut off was not shown.
  [{ listed: 'a.md' }, '[FILE] a.md…', {}, false],
  [{ item: 'a.md', field: 'size', value: 812 }, table, {}, true],
  [{ item: 'b.md', field: 'size', value: 812 }, table, {}, false],
  [{ item: 'a.md', field: 'size', value: 812 }, info, { path: 'notes/a.md' }, true],
  [{ item: 'a.md', field: 'Created' }, info, { path: 'notes/a.md' }, true],
  [{ item: 'a.md', field: 'modified' }, info, { path: 'notes/a.md' }, false],
  [{ item: 'b.md', field: 'size', value: 812 }, info, { path: 'notes/a.md' }, false],
  [{ item: 'Ann', field: 'entityType', value: 'person' }, people, {}, true],
  [{ item: 'Ben', field: 'entityType', value: 'person' }, people, {}, false],
  [{ item: 'Ann', field: 'observations', value: 'likes tea' }, people, {}, true],
  [{ item: 'Ann', field: 'observations' }, people, {}, true],
  [{ item: 'Ben', field: 'observations' }, people, {}, false],
  [{ item: 'Ann', field: 'note' }, people, {}, false],
  [{ item: 'Lantern', field: 'price', value: '35 euros' }, blocks, {}, true],
  [{ item: 'Kettle', field: 'price', value: '35 euros' }, blocks, {}, false],
  [{ content: 'size: 812 created: Monday' }, info, {}, true],
  [{ content: 'size: 812 created: Tuesday' }, info, {}, false],
  [{ content: 'lives "here"' }, people, {}, true],
])('%j in %j after %j: %j', (requirement, text, args, expected) => {
  expect(
    isSatisfied(requirement, [
      { arguments: {}, text: 'other' },
      { arguments: args, text },
    ]),
  ).toBe(expected);
});

test('nothing is satisfied where no tool answered', () => {
  expect(isSatisfied({ content: 'x' }, [])).toBe(false);
});

test('results of a hostile server may be nested deeper than a function can call itself', () => {
  const deep = (inside: string) => ({ arguments: {}, text: `${'['.repeat(50_000)}${inside}${']'.repeat(50_000)}` });
  expect(isSatisfied({ listed: 'say "a"' }, [deep('"say \\"a\\""')])).toBe(true);
  expect(isSatisfied({ item: 'a', field: 'b', value: 1 }, [deep('{"name": "a", "b": 1}')])).toBe(true);
  expect(deriveRequirements(deep('{"name": "a", "b": 1}').text)).toEqual([{ item: 'a', field: 'b', value: 1 }]);
});

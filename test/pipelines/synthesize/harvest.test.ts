import { expect, test } from 'vitest';
import { harvest, mergeHarvests } from '../../../pipelines/synthesize/harvest.ts';
import { kindKeys, pointsTo } from '../../../pipelines/synthesize/state.ts';

test('a tree gives files and folders with their paths', () => {
  const tree = [
    { name: 'a', type: 'directory', children: [{ name: 'b.txt', type: 'file' }] },
    { name: 'c.md', type: 'file' },
  ];
  expect(harvest(JSON.stringify(tree), 'top')).toMatchObject({
    files: ['top/a/b.txt', 'top/c.md'],
    folders: ['top/a'],
  });
});

test('marked and plain lines give paths, sentences do not', () => {
  const text =
    '[FILE] a.txt\n[DIR] sub\n[FILE] b.txt                      120 B\nnotes/x.md\nThis is a sentence.\nTotal: 2 files';
  expect(harvest(text)).toMatchObject({ files: ['a.txt', 'b.txt', 'notes/x.md'], folders: ['sub'] });
});

test('objects are kept by the name of their list, and what refers to what is seen', () => {
  const graph = {
    entities: ['Ann', 'Bob', 'Cid', 'Dan'].map((name, index) => ({
      name,
      kind: index % 2 ? 'cat' : 'dog',
      notes: ['x'],
      deep: { no: 1 },
    })),
    links: [
      { from: 'Ann', to: 'Bob' },
      { from: 'Cid', to: 'Ann' },
    ],
  };
  const merged = mergeHarvests([harvest(JSON.stringify(graph)), harvest(JSON.stringify(graph))]);
  const [entities, links] = merged.collections;
  expect(entities?.rows).toHaveLength(4);
  expect(entities?.rows[0]).toEqual({ name: 'Ann', kind: 'dog', notes: ['x'] });
  expect(kindKeys(entities!)).toEqual(['kind']);
  expect(pointsTo(merged, { collection: links!, key: 'from' })?.collection.name).toBe('entities');
});

import { expect, test } from 'vitest';
import { coldRow, nativeRow } from '../../../pipelines/bench-runtime/native-row.ts';

const size = { tools: 50, target: 3, whole: true, most: 10 };

test('a row is the median of its runs', () => {
  const runs = [
    { native: 300, ours: 100, whole: 200 },
    { native: 400, ours: 100, whole: 100 },
    { native: 100, ours: 100, whole: 100 },
  ];
  expect(nativeRow(size, [7000, 2000], runs, 5)).toMatchObject({ name: 'native-50', ratio: 3, target: 3, pass: true });
  expect(nativeRow(size, [7000, 2000], runs, 5).note).toMatch(/60, 20; 80, 20; 20, 20; .*default: 1\.50$/);
  expect(nativeRow(size, [7000, 2000], runs.slice(2), 5).pass).toBe(false);
});

test('the first call is measured once', () => {
  expect(coldRow(size, [7000], { native: 290, ours: 100 })).toMatchObject({ name: 'native-50-cold', pass: false });
});

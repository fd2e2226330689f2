import { expect, test } from 'vitest';
import { activatedRow, coldRow, nativeRow } from '../../../pipelines/bench-runtime/native-row.ts';

const size = { tools: 50, target: 3, whole: true, most: 10 };

test('a row is the median of its runs', () => {
  const runs = [
    { native: 300, ours: 100, activated: 50, whole: 200 },
    { native: 400, ours: 100, activated: 200, whole: 100 },
    { native: 100, ours: 100, activated: 25, whole: 100 },
  ];
  expect(nativeRow(size, [7000, 2000], runs, 5)).toMatchObject({ name: 'native-50', ratio: 3, target: 3, pass: true });
  expect(nativeRow(size, [7000, 2000], runs, 5).note).toMatch(/60, 20; 80, 20; 20, 20; .*default: 1\.50$/);
  expect(nativeRow(size, [7000, 2000], runs.slice(2), 5).pass).toBe(false);
});

test('with activated adapters, too', () => {
  const runs = [
    { native: 300, ours: 100, activated: 50 },
    { native: 400, ours: 100, activated: 200 },
    { native: 100, ours: 100, activated: 25 },
  ];
  const row = activatedRow(size, [7000, 2000], runs, 5);
  expect(row).toMatchObject({ name: 'native-50-activated', ratio: 4, pass: true });
  expect(row.note).toMatch(/60, 10; 80, 40; 20, 5$/);
});

test('the first call is measured once', () => {
  expect(coldRow(size, [7000], { native: 290, ours: 100 })).toMatchObject({ name: 'native-50-cold', pass: false });
});

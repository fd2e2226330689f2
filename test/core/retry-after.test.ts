import { expect, test } from 'vitest';
import { retryAfter } from '../../core/retry-after.ts';

const asked = (value: string) => retryAfter(new Headers({ 'retry-after': value }));

test('reads seconds and dates, and passes over anything else', () => {
  expect(asked('2.5')).toBe(2500);
  const date = asked(new Date(Date.now() + 90_000).toUTCString())!;
  expect(date).toBeGreaterThan(80_000);
  expect(date).toBeLessThanOrEqual(90_000);
  expect(asked(new Date(0).toUTCString())).toBe(0);
  for (const nothing of ['', 'soon', 'Infinity']) expect(asked(nothing)).toBeUndefined();
  expect(retryAfter(undefined)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { fitResult } from '../../../runtime/agent/fit-result.ts';
import { effectOf } from '../../../runtime/agent/tool-effect.ts';

/** A token for each character that is no letter, and one for each word. */
const tokensWith = (text: string) => 100 + (text.match(/\p{L}+|\P{L}/gu) ?? []).length;
const fit = (content: string, limit: number) => fitResult(content, { limit, tokensWith });

test('what fits into half of the room stays whole', () => {
  expect(fit('short and good', 400)).toBe('short and good');
  expect(fit('', 400)).toBe('');
  expect(fit('a '.repeat(75), 400)).toBe('a '.repeat(75));
});

test.each([
  ['words', 'some words '.repeat(5000)],
  ['marks, of which each is a token', '!'.repeat(50_000)],
  ['one endless word', 'a'.repeat(5_000_000)],
  ['pairs of code units', '😀'.repeat(50_000)],
  ['dense at first', '!'.repeat(1000) + 'a'.repeat(100_000)],
])('%s are cut to the room, with a mark at the end', (_, content) => {
  const shown = fit(content, 400)!;
  expect(shown.endsWith('…')).toBe(true);
  expect(content.startsWith(shown.slice(0, -1))).toBe(true);
  expect(shown.isWellFormed()).toBe(true);
  expect(tokensWith(shown)).toBeLessThanOrEqual(250);
  if (!content.startsWith('a')) expect(tokensWith(shown)).toBeGreaterThan(180);
});

test('without room there is nothing to show', () => {
  expect(fit('x', 160)).toBeUndefined();
  expect(fit('x', 90)).toBeUndefined();
});

test.each([
  [{ readOnlyHint: true }, 'none'],
  [{ readOnlyHint: true, destructiveHint: false }, 'none'],
  [{ readOnlyHint: true, destructiveHint: true }, 'unknown'],
  [{}, 'unknown'],
  [{ idempotentHint: true, openWorldHint: false }, 'unknown'],
  [{ readOnlyHint: false }, 'destroys'],
  [{ destructiveHint: true }, 'destroys'],
  [{ readOnlyHint: false, destructiveHint: false }, 'adds'],
  [{ destructiveHint: false }, 'adds'],
] as const)('a tool with %o: %s', (annotations, effect) => {
  expect(effectOf({ annotations })).toBe(effect);
});

import { expect, test } from 'vitest';
import { plainJson, plainName, safeText } from '../../scripts/cli/safe-text.ts';

test.each([
  ['a colour', '\u001b[31mred', '�[31mred'],
  ['a title', '\u001b]0;owned\u0007', '�]0;owned�'],
  ['an 8-bit control sequence', '\u009b2J', '�2J'],
  ['a line that is written over', 'bad\rgood', 'bad�good'],
  ['a turn of direction', 'a\u202eb', 'a�b'],
  ['lines and tabs', 'a\n\tb', 'a\n\tb'],
  ['letters of all kinds', 'Zoë 日本 👩‍💻', 'Zoë 日本 👩‍💻'],
])('%s', (_name, text, safe) => {
  expect(safeText(text)).toBe(safe);
});

test('a value as plain JSON hides nothing and is the same value', () => {
  const value = { path: 'a\u202eb\u200bc\u{e0041}\u009b2J\u001b\n', 'k\u2028': [1, null, 'ümlaut 😀'] };
  const text = plainJson(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).toBe('{"path":"a\\u202eb\\u200bc\\udb40\\udc41\\u009b2J\\u001b\\n","k\\u2028":[1,null,"ümlaut 😀"]}');
  expect(plainName('read\n\u001b[2J')).toBe('read\\n\\u001b[2J');
});

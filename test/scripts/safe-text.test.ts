import { expect, test } from 'vitest';
import { safeText } from '../../scripts/cli/safe-text.ts';

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

import { expect, test } from 'vitest';
import type { Tool } from '../../../core/tool.ts';
import { namesTool } from '../../../pipelines/synthesize/teacher/names-tool.ts';
import { isTold, valuesIn } from '../../../pipelines/telling/told-values.ts';

test('all texts and numbers of arguments, each once', () => {
  expect(valuesIn({ path: 'a', edits: [{ old: 'b', new: 'a' }], head: 5, dry: true, none: null })).toEqual([
    'a',
    'b',
    '5',
  ]);
});

test.each<[string, string, boolean]>([
  ['notes/a.txt', 'show me notes/a.txt', true],
  ['notes/a.txt', 'show me a.txt in my Notes', true],
  ['notes/a.txt', 'show me a.txt', false],
  ['works_at', 'Ann works at Acme', true],
  ['**/*.md', 'all md files', true],
  ['.', 'everything', true],
  ['5', 'the first 5 lines', true],
  ['5', 'the first five lines', true],
  ['5', 'the first 15 lines', false],
  ['5', 'the first lines', false],
  ["Ann's cat", 'remember Ann’s cat', true],
  ['two\nlines', 'write: two lines', true],
  ['**/*plan*.md', 'all .md files with "plan" in the name', true],
  ['**/*plan*.md', 'all .md files', false],
  ['*.py', 'the Python files', true],
  ['part-of', 'Ann is part of Acme', true],
  ['ab', 'a label', false],
  ['3', 'the last three lines', true],
  ['1', 'the first line', true],
  ['1', 'the first lines', false],
  ['2', 'a couple of them', true],
  ['12', 'a dozen', true],
  ['40', 'forty lines', true],
  ['1500', 'up to 1,500 rows', true],
  ['-5', 'down to -5 degrees', true],
  ['0.5', 'a limit of 0.5', true],
  ['0.5', 'a limit of 10.5', false],
  ['2026-03-05', 'on 5 March 2026', true],
  ['2026-03-05', 'on March 5th, 2026', true],
  ['2026-03-05', 'on 3/5/2026', true],
  ['2026-03-05', 'on 6 March 2026', false],
  ['2026-03-05T15:30:00Z', 'on 5 March 2026 at 3:30 pm', true],
  ['2026-03-05T15:30:00Z', 'on 5 March 2026', false],
  ['15:30', 'at half past three', false],
  ['09:00', 'at 9 am', true],
  ['https://www.example.com/', 'open example.com', true],
  ['https://example.com/a', 'open example.com', false],
])('%j in %j: %s', (value, text, told) => {
  expect(isTold(value, text)).toBe(told);
});

const tool = (name: string) => ({ name, promptName: name }) as Tool;

test.each<[string, string, boolean, boolean]>([
  ['run read_text_file on it', 'read_text_file', false, true],
  ['run ReadTextFile on it', 'readTextFile', false, true],
  ['read the text file', 'read_text_file', false, false],
  ['read text file a.txt', 'read_text_file', false, false],
  ['read text file a.txt', 'read_text_file', true, true],
  ['search for it', 'search', false, false],
  ['search for it', 'search', true, true],
  ['open read_text_file.md', 'read_text_file', false, false],
])('%j names %s (spoken: %s): %s', (query, name, spoken, names) => {
  expect(namesTool(query, tool(name), { args: { path: 'read_text_file.md' }, spoken })).toBe(names);
});

test('values that are made to take long', () => {
  const digits = '7'.repeat(100_000);
  expect([isTold(digits, 'about 7'), isTold(digits, `about ${digits}.`)]).toEqual([false, true]);
  const address = `http://${'/'.repeat(200_000)}x`;
  expect([isTold(address, 'x'), isTold(`http://x.org${'/'.repeat(200_000)}`, 'see x.org')]).toEqual([false, true]);
});

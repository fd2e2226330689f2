import { expect, test } from 'vitest';
import { settledBefore } from '../../core/settled-text.ts';

test.each([
  ['hello <tool', ['<tool_call>'], 'hello '],
  ['hello <tool_call>{', ['<tool_call>'], 'hello '],
  ['hello <tool box', ['<tool_call>'], 'hello <tool box'],
  ['aab', ['aabc', 'abd'], ''],
  ['xab', ['aabc', 'abd'], 'x'],
  ['a STOP b END', ['END', 'STOP'], 'a '],
  ['a EN', [], 'a EN'],
  ['', ['a'], ''],
])('of %j before %j %j is certain', (text, markers, settled) => {
  expect(settledBefore(text, markers)).toBe(settled);
});

import { expect, test } from 'vitest';
import { argumentsAdapter, sharedArgumentsAdapter } from '../../core/arguments-adapter.ts';
import type { BundledAdapter } from '../../core/bundle.ts';
import type { Choices } from '../../core/choices.ts';

const adapter = (name: string, rest: Partial<BundledAdapter> = {}) =>
  ({ name, task: 'arguments', ...rest }) as BundledAdapter;
const SELECTOR = adapter('selector', { task: 'selector' });
const SHARED = adapter('arguments');
const GROUP = adapter('group-files', { group: 'files' });
const OWN = adapter('arguments-files-read', { tool: 'files.read' });
const READ = { id: 'files.read', group: 'files' };
const choices = { overall: [], tools: [{ tool: READ.id, adapter: GROUP.name }] } as unknown as Choices;

test.each([
  ['the chosen one', [SELECTOR, SHARED, GROUP, OWN], choices, GROUP],
  ['without a choice the own one', [SELECTOR, SHARED, GROUP, OWN], undefined, OWN],
  ['else the group’s', [SELECTOR, SHARED, adapter('group-x', { group: 'x' }), GROUP], undefined, GROUP],
  ['else the shared one', [SELECTOR, adapter('arguments-x', { tool: 'x' }), SHARED], undefined, SHARED],
  ['none', [SELECTOR, adapter('group-x', { group: 'x' })], undefined, undefined],
])('%s writes the arguments', (_, adapters, made, expected) => {
  expect(argumentsAdapter({ adapters, choices: made }, READ)).toBe(expected);
});

test('an adapter of a group is not the shared one', () => {
  expect(sharedArgumentsAdapter({ adapters: [SELECTOR, GROUP, OWN] })).toBeUndefined();
  expect(sharedArgumentsAdapter({ adapters: [SELECTOR, GROUP, SHARED] })).toBe(SHARED);
});

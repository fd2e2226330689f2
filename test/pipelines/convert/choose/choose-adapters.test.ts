import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../../../core/candidate.ts';
import { ChoicesSchema } from '../../../../core/choices.ts';
import { chooseAdapters, type TriedCandidates } from '../../../../pipelines/convert/choose/choose-adapters.ts';

/** `+`: right, `-`: wrong, a call each. */
function tried(tool: string, made: Partial<Record<Candidate, string>>): TriedCandidates {
  const candidates = Object.entries(made).map(([candidate, calls]) => ({
    candidate: candidate as Candidate,
    adapter: candidate === 'shared' ? 'arguments' : `${candidate}-${tool}`,
    right: [...calls].map((call) => call === '+'),
  }));
  return { tool, group: tool.split('.')[0]!, candidates };
}

const chosen = (tools: readonly TriedCandidates[]) =>
  Object.fromEntries(chooseAdapters(tools)!.tools.map(({ tool, adapter }) => [tool, adapter]));

const SAME = '+++++++++++++--';
const WORSE = '++++++++++-----';

describe('which adapter is chosen', () => {
  test.each<[string, TriedCandidates[], Record<string, string>]>([
    ['of equals the simplest', [tried('a.x', { shared: SAME, group: SAME, own: SAME })], { 'a.x': 'arguments' }],
    ['the better one', [tried('a.x', { shared: WORSE, own: SAME })], { 'a.x': 'own-a.x' }],
    ['not the worse one', [tried('a.x', { shared: SAME, own: WORSE })], { 'a.x': 'arguments' }],
    [
      'the best of several',
      [tried('a.x', { shared: WORSE, group: SAME, own: WORSE, 'own-from-group': '+++++++++++++++' })],
      { 'a.x': 'own-from-group-a.x' },
    ],
    [
      'the same for all, where one tool differs by a call or two: that is chance',
      [
        ...['a.1', 'a.2', 'a.3', 'b.4', 'b.5'].map((tool) => tried(tool, { shared: '+++++++++++----', own: SAME })),
        tried('b.6', { shared: SAME, own: '++++++++++++---' }),
        tried('b.7', { shared: SAME, own: SAME }),
      ],
      {
        ...Object.fromEntries(['a.1', 'a.2', 'a.3', 'b.4', 'b.5', 'b.6', 'b.7'].map((tool) => [tool, `own-${tool}`])),
      },
    ],
    [
      'another one for a tool, where the tools differ beyond chance',
      [
        ...['a.1', 'a.2', 'a.3'].map((tool) => tried(tool, { shared: '++++-----------', own: SAME })),
        tried('a.4', { shared: SAME, own: '++++-----------' }),
      ],
      { 'a.1': 'own-a.1', 'a.2': 'own-a.2', 'a.3': 'own-a.3', 'a.4': 'arguments' },
    ],
    [
      'what the tool’s group shows, where it has no call of its own',
      [
        ...['a.1', 'a.2', 'a.3'].map((tool) => tried(tool, { shared: '++++-----------', own: SAME })),
        ...['b.1', 'b.2', 'b.3'].map((tool) => tried(tool, { shared: SAME, own: '++++-----------' })),
        tried('a.few', { shared: '', own: '' }),
        tried('b.few', { shared: '', own: '' }),
      ],
      {
        ...Object.fromEntries(['a.1', 'a.2', 'a.3', 'a.few'].map((tool) => [tool, `own-${tool}`])),
        ...Object.fromEntries(['b.1', 'b.2', 'b.3', 'b.few'].map((tool) => [tool, 'arguments'])),
      },
    ],
    [
      'among what the tool has, where not all have the same',
      [tried('a.1', { shared: WORSE, own: SAME }), tried('a.2', { own: WORSE, 'own-from-nothing': SAME })],
      { 'a.1': 'own-a.1', 'a.2': 'own-from-nothing-a.2' },
    ],
  ])('%s', (_, tools, expected) => {
    expect(chosen(tools)).toEqual(expected);
  });

  test('none without a call', () => {
    expect(chooseAdapters([])).toBeUndefined();
    expect(chooseAdapters([tried('a.x', { shared: '', own: '' })])).toBeUndefined();
  });
});

test('a choice tells its figures, and the reason', () => {
  const choices = ChoicesSchema.parse(
    chooseAdapters([tried('a.x', { shared: WORSE, own: SAME }), tried('a.y', { shared: SAME, own: SAME })]),
  );
  const [compared] = choices.overall;
  expect(compared).toMatchObject({ candidate: 'own', over: 'shared', tools: 2, n: 30, difference: { value: 0.1 } });
  expect(compared!.difference.low).toBeLessThan(0.1);
  const [x, y] = choices.tools;
  expect(x).toMatchObject({ n: 15, candidates: [{ right: { value: 10 / 15, n: 15 }, over: null, expected: 0 }, {}] });
  const [own, other] = [x!.candidates[1]!, y!.candidates[1]!];
  expect(own.over!.value).toBeCloseTo(0.2);
  // Each is drawn towards the 10 points of both.
  expect(own.expected).toBeLessThanOrEqual(0.2);
  expect(other.expected).toBeGreaterThan(0);
  expect(x!.why).toMatch(/^own is expected to write \d+\.\d points more calls right than shared \(15 calls,/);
  const none = chooseAdapters([tried('a.x', { shared: SAME, own: WORSE })])!.tools[0]!;
  expect(none.why).toMatch(/^nothing is expected to be better than shared: own -20\.0 points/);
});

import { expect, test } from 'vitest';
import type { Change } from '../../../pipelines/bench-regenerate/changes.ts';
import { type AdapterHashes, refuseUnequal } from '../../../pipelines/bench-regenerate/refuse-unequal.ts';

const RENAME: Change = {
  name: 'rename',
  about: '',
  edit: async () => {},
  trained: ['selector'],
  adopted: { now: 'arguments-b', before: 'arguments-a' },
  target: 1,
};
const job = (trained: string[], adopted: string[] = []) => ({
  seconds: 1,
  stages: new Map<string, number>(),
  trained,
  adopted,
  made: [],
});
const hashes = (adapters: Record<string, string>): AdapterHashes =>
  new Map(
    Object.entries(adapters).map(([name, hash]) => [
      name,
      { files: { 'adapter_model.safetensors': hash }, gguf: hash },
    ]),
  );
const before = hashes({ selector: '1', 'arguments-a': '2', 'arguments-c': '3' });
const now = { selector: '4', 'arguments-a': '2', 'arguments-b': '2', 'arguments-c': '3' };

test('what is made again as it should be passes', () => {
  refuseUnequal(RENAME, job(['selector'], ['arguments-b']), { before, now: hashes(now) });
});

test.each([
  [
    'more is trained',
    job(['arguments-c', 'selector'], ['arguments-b']),
    now,
    /trained arguments-c, selector, not selector/,
  ],
  ['nothing is taken over', job(['selector']), now, /taken over: none/],
  ['other bytes', job(['selector'], ['arguments-b']), { ...now, 'arguments-c': '5' }, /arguments-c has other bytes/],
  [
    'other weights',
    job(['selector'], ['arguments-b']),
    { ...now, 'arguments-b': '5' },
    /arguments-b has other weights/,
  ],
])('refuses: %s', (_, done, after, message) => {
  expect(() => refuseUnequal(RENAME, done, { before, now: hashes(after) })).toThrow(message);
});

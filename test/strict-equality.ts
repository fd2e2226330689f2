import { expect } from 'vitest';

// To `toMatchObject` a regular expression is an object without members, which every text matches: such a test could not fail. It is `expect.stringMatching` that is meant.
expect.addEqualityTesters([
  (found, expected) => (expected instanceof RegExp && !(found instanceof RegExp) ? false : undefined),
]);

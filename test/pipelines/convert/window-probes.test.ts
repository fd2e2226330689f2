import { describe, expect, it } from 'vitest';
import { windowProbes } from '../../../pipelines/convert/window-probes.ts';

const tokens = (length: number) => Array.from({ length }, (_, index) => index);

describe('windowProbes', () => {
  it('keeps short probes whole', () => {
    const probes = [{ id: 'a', tokens: tokens(100), from: 90 }];
    expect(windowProbes(probes)).toEqual(probes);
  });

  it('starts all at the same token, and keeps what is scored', () => {
    const [a, b] = windowProbes([
      { id: 'a', tokens: tokens(2000), from: 1990 },
      { id: 'b', tokens: tokens(2100), from: 2060 },
    ]);
    expect(a!.tokens[0]).toBe(b!.tokens[0]);
    expect(a!.tokens.length).toBeLessThan(500);
    expect(a!.tokens[a!.from]).toBe(1990);
    expect(b!.tokens.slice(b!.from)).toEqual(tokens(2100).slice(2060));
  });

  it('does not let one short probe make all others long', () => {
    const [, long] = windowProbes([
      { id: 'short', tokens: tokens(50), from: 40 },
      { id: 'long', tokens: tokens(5000), from: 4990 },
    ]);
    expect(long!.tokens.length).toBeLessThan(500);
    expect(long!.tokens[long!.from]).toBe(4990);
  });
});

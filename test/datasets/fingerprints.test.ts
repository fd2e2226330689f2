import { expect, test } from 'vitest';
import { Fingerprints } from '../../datasets/fingerprints.ts';

test('texts are numbered in the order in which they first come', () => {
  const fingerprints = new Fingerprints({ numbered: true });
  const texts = Array.from({ length: 5000 }, (_, index) => `text ${index}`);
  for (const [number, text] of texts.entries()) {
    expect(fingerprints.isNew(text)).toBe(true);
    expect(fingerprints.isNew(text)).toBe(false);
    expect(fingerprints.numberOf(text)).toBe(number);
  }
  for (const [number, text] of texts.entries()) expect(fingerprints.numberOf(text)).toBe(number);
  expect(fingerprints.size).toBe(texts.length);
  const bare = new Fingerprints({ numbered: false });
  expect(texts.filter((text) => bare.isNew(text))).toEqual(texts);
  expect(texts.filter((text) => bare.isNew(text))).toEqual([]);
});

import { open } from 'node:fs/promises';
import type { KnownValue } from './known-values.ts';
import type { Hit } from './scan-text.ts';

/** What is looked at of a file that is no text: its head, where weights have their metadata and vocabulary, and its end. */
const HEAD = 16 * 2 ** 20;
const END = 2 ** 20;

/** Which known values stand in a file that is no text, in UTF-8 and UTF-16. Forms are not looked for: weights have all of them by chance. */
export async function scanBytes(path: string, known: readonly KnownValue[]): Promise<Hit[]> {
  await using file = await open(path);
  const { size } = await file.stat();
  const end = Math.max(HEAD, size - END);
  const parts = [
    [0, Math.min(HEAD, size)],
    [end, Math.max(end, size)],
  ] as const;
  const hits = new Map<string, Hit>();
  for (const [from, to] of parts) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
    const bytes = buffer.subarray(0, bytesRead);
    for (const value of known)
      if (!hits.has(value.text) && inBytes(value.text).some((needle) => bytes.includes(needle)))
        hits.set(value.text, value);
  }
  return [...hits.values()];
}

function inBytes(text: string): Buffer[] {
  const wide = Buffer.from(text, 'utf16le');
  return [Buffer.from(text), wide, Buffer.from(wide).swap16()];
}

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { KnownValue } from './known-values.ts';
import { type Hit, scanText } from './scan-text.ts';

export interface LineHit extends Hit {
  line: number;
}

/** What is read to tell text from other things. */
const HEAD_BYTES = 8192;
/** Longest text that is looked at at once; parts of a longer line overlap, so that nothing falls between them. */
const PART = 1_000_000;
const OVERLAP = 10_000;

/** What a file must not hold, line by line; `undefined` where it is no text. */
export async function scanFile(path: string, known: readonly KnownValue[]): Promise<LineHit[] | undefined> {
  if (!(await isText(path))) return undefined;
  const hits: LineHit[] = [];
  for await (const { line, text } of partsOf(path))
    hits.push(...scanText(text, known).map((hit) => ({ ...hit, line })));
  return hits;
}

async function isText(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return !buffer.subarray(0, bytesRead).includes(0);
}

/** A file in lines, very long ones in parts. */
async function* partsOf(path: string): AsyncGenerator<{ line: number; text: string }> {
  let [line, rest] = [1, ''];
  for await (const chunk of createReadStream(path, { encoding: 'utf8' })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const text of lines) yield { line: line++, text };
    if (rest.length <= PART) continue;
    yield { line, text: rest };
    rest = rest.slice(-OVERLAP);
  }
  if (rest !== '') yield { line, text: rest };
}

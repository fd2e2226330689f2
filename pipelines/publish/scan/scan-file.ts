import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { KnownValue } from './known-values.ts';
import { scanBytes } from './scan-bytes.ts';
import { type Hit, scanText } from './scan-text.ts';
import { type TextEncoding, textEncoding } from './text-encoding.ts';

export interface FileHit extends Hit {
  /** Absent in what is no text. */
  line?: number;
}

export interface ScannedFile {
  hits: FileHit[];
  /** Whether all of it was looked at, as text. */
  isText: boolean;
}

/** What is read to tell text from other things. */
const HEAD_BYTES = 8192;
/** Longest text that is looked at at once; parts of a longer line overlap, so that nothing falls between them. */
const PART = 1_000_000;
const OVERLAP = 10_000;

/** What a file must not hold: text, in UTF-8 or UTF-16, line by line; of anything else see `scanBytes`. */
export async function scanFile(path: string, known: readonly KnownValue[]): Promise<ScannedFile> {
  const encoding = textEncoding(await headOf(path));
  if (encoding === undefined) return { hits: await scanBytes(path, known), isText: false };
  const hits: FileHit[] = [];
  for await (const { line, text } of partsOf(path, encoding))
    hits.push(...scanText(text, known).map((hit) => ({ ...hit, line })));
  return { hits, isText: true };
}

async function headOf(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

/** A file in lines, very long ones in parts. */
async function* partsOf(path: string, encoding: TextEncoding): AsyncGenerator<{ line: number; text: string }> {
  const decoder = new TextDecoder(encoding);
  let [line, rest] = [1, ''];
  for await (const chunk of createReadStream(path)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const text of lines) yield { line: line++, text };
    if (rest.length <= PART) continue;
    yield { line, text: rest };
    rest = rest.slice(-OVERLAP);
  }
  if (rest !== '') yield { line, text: rest };
}

import { constants, isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { z } from 'zod';
import { byteLines } from './byte-lines.ts';
import { messageOf, ToolkitError } from './errors.ts';
import { describeIssues } from './issues.ts';

/** Longer ones are no text that JavaScript can hold. */
const LONGEST_LINE = constants.MAX_STRING_LENGTH;

/**
 * Streams a JSON-lines file through a schema, never holding more than one line.
 * @throws ToolkitError (input) naming file:line, found and expected, at the first bad line. Empty lines are passed over.
 */
export async function* readJsonl<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  const unreadable = (error: unknown): never => {
    throw new ToolkitError({ kind: 'input', what: `cannot read: ${messageOf(error)}`, where: path, cause: error });
  };
  const file = await open(path).catch(unreadable);
  let number = 0;
  try {
    if ((await file.stat()).isDirectory()) unreadable('it is a folder');
    const bytes = file.createReadStream({ autoClose: false });
    for await (const line of byteLines(bytes, LONGEST_LINE, () => refuseLong(`${path}:${number + 1}`))) {
      number += 1;
      const text = textOf(line, `${path}:${number}`);
      // Some editors begin a file with a byte order mark.
      const unmarked = number === 1 ? text.replace(/^\uFEFF/, '') : text;
      if (unmarked.trim() !== '') yield parseLine(unmarked, `${path}:${number}`, schema);
    }
  } finally {
    await file.close();
  }
}

/**
 * Splits at `\n` only: node:readline also splits at U+2028 and U+2029, which JSON allows inside strings.
 * @param longest characters of a line above which a RangeError is thrown, so that a file without lines does not fill the memory
 */
export async function* linesOf(
  input: AsyncIterable<unknown>,
  longest = Number.POSITIVE_INFINITY,
): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of input) {
    const lines = String(chunk).split('\n');
    lines[0] = rest + lines[0];
    rest = lines.pop()!;
    yield* lines;
    if (rest.length > longest) throw new RangeError(`a line of more than ${longest} characters`);
  }
  if (rest !== '') yield rest;
}

/** Letters that are not UTF-8 would become others unseen, and different texts equal ones. */
function textOf(line: Buffer, where: string): string {
  if (isUtf8(line)) return line.toString('utf8');
  throw new ToolkitError({
    kind: 'input',
    what: 'a line that is not UTF-8',
    where,
    expected: 'text in UTF-8',
    found: 'another encoding (Latin-1, UTF-16 or the like)',
    todo: 'save the file as UTF-8',
  });
}

function refuseLong(where: string): never {
  throw new ToolkitError({
    kind: 'input',
    what: `a line of more than ${LONGEST_LINE} bytes`,
    where,
    expected: 'one JSON object per line',
  });
}

function parseLine<T>(line: string, where: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new ToolkitError({
      kind: 'input',
      what: `not a line of JSON (${messageOf(error)})`,
      where,
      expected: 'one JSON object per line',
      found: line.length > 80 ? `${line.slice(0, 80)}…` : line,
    });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ToolkitError({
    kind: 'input',
    what: 'a line of the wrong form',
    where,
    ...describeIssues(result.error, value),
  });
}

/** The byte behind each whole line of a file, streamed: where it is cut to drop a line that a crash left half written. */
export async function lineEnds(path: string): Promise<number[]> {
  const ends: number[] = [];
  let start = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) ends.push(start + at + 1);
    start += chunk.length;
  }
  return ends;
}

export interface JsonlWriter {
  /** Waits when the disk is slower than the caller. */
  write(value: unknown): Promise<void>;
  /** Flushes; rejects where anything could not be written (disk full). */
  close(): Promise<void>;
  readonly lines: number;
}

/** Opens a JSON-lines file for writing, in a folder that exists; with `append`, after what is there. */
export function openJsonl(path: string, { append = false } = {}): JsonlWriter {
  const output = createWriteStream(path, { flags: append ? 'a' : 'w' });
  const ended = finished(output);
  ended.catch(() => {});
  let lines = 0;
  return {
    get lines() {
      return lines;
    },
    async write(value) {
      if (output.errored) throw output.errored;
      lines += 1;
      if (!output.write(`${JSON.stringify(value)}\n`)) await Promise.race([once(output, 'drain'), ended]);
    },
    async close() {
      output.end();
      await ended;
    },
  };
}

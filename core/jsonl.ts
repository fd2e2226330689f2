import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import type { z } from 'zod';
import { ToolkitError, messageOf } from './errors.ts';
import { describeIssues } from './issues.ts';

/**
 * Streams a JSON-lines file through a schema, never holding more than one line.
 * @throws ToolkitError (input) naming file:line, found and expected, at the first bad line. Empty lines are passed over.
 */
export async function* readJsonl<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  const input = createReadStream(path, { encoding: 'utf8' });
  const failed = once(input, 'error').then(([error]) => {
    throw new ToolkitError({ kind: 'input', what: `cannot read: ${messageOf(error)}`, where: path });
  });
  failed.catch(() => {});
  let number = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      if (line.trim() !== '') yield parseLine(line, `${path}:${number}`, schema);
    }
    if (input.errored) await failed;
  } finally {
    input.destroy();
  }
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
  throw new ToolkitError({ kind: 'input', what: 'a line of the wrong form', where, ...describeIssues(result.error, value) });
}

export interface JsonlWriter {
  /** Waits when the disk is slower than the caller. */
  write(value: unknown): Promise<void>;
  /** Flushes; rejects where anything could not be written (disk full). */
  close(): Promise<void>;
  readonly lines: number;
}

/** Opens a JSON-lines file for writing; with `append`, after what is there. */
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

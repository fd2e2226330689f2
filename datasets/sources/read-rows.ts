import { open } from 'node:fs/promises';
import { messageOf, ToolkitError } from '../../core/errors.ts';
import { csvRows } from './csv-rows.ts';
import { jsonRows } from './json-rows.ts';
import { jsonlRows } from './jsonl-rows.ts';
import type { SourceFormat } from './source-format.ts';
import type { SourceRow } from './source-row.ts';

type Reader = (chunks: AsyncIterable<string>) => AsyncGenerator<SourceRow>;

const READERS: Record<SourceFormat, Reader> = { csv: csvRows, jsonl: jsonlRows, json: jsonRows };

/**
 * Streams the rows of a file, never holding more than one of them. A row that cannot be read is given with its trouble, and the next one follows.
 * @throws ToolkitError (input) where the file cannot be read, or is not of that format from some place on
 */
export async function* readRows(path: string, format: SourceFormat): AsyncGenerator<SourceRow> {
  const file = await open(path).catch((error: unknown) => {
    throw new ToolkitError({ kind: 'input', what: `cannot read: ${messageOf(error)}`, where: path, cause: error });
  });
  try {
    yield* READERS[format](withoutMark(file.createReadStream({ encoding: 'utf8', autoClose: false })));
  } catch (error) {
    throw new ToolkitError({
      kind: 'input',
      what: `cannot be read on: ${messageOf(error)}`,
      where: path,
      expected: `a file of the format ${format}`,
      todo: 'correct the file, or `format` in workspace.yaml',
      cause: error,
    });
  } finally {
    await file.close();
  }
}

/** Some programs begin a file with a byte order mark. */
async function* withoutMark(chunks: AsyncIterable<unknown>): AsyncGenerator<string> {
  let first = true;
  for await (const chunk of chunks) {
    yield first ? String(chunk).replace(/^\uFEFF/, '') : String(chunk);
    first = false;
  }
}

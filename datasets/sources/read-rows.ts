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
    yield* READERS[format](decoded(file.createReadStream({ autoClose: false })));
  } catch (error) {
    if (error instanceof ToolkitError) throw new ToolkitError({ ...error.details, where: path });
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

/** Letters that are not UTF-8 would become others unseen. A byte order mark, with which some programs begin a file, is left out. */
async function* decoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!isOfDecoder(error)) throw error;
    throw new ToolkitError({
      kind: 'input',
      what: 'the file is not UTF-8',
      expected: 'text in UTF-8',
      found: 'another encoding (Latin-1, UTF-16 or the like)',
      todo: 'save it as UTF-8: in Excel as "CSV UTF-8", elsewhere by the encoding that one can choose on saving',
      cause: error,
    });
  }
}

function isOfDecoder(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
}

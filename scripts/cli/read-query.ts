import { ToolkitError } from '../../core/errors.ts';

/** Far more than any base's context holds. */
const MOST_BYTES = 1024 * 1024;

/** All that a stream has, as text. @throws ToolkitError (input) where that is more than a query can be; no more is read then */
export async function readQuery(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of stream) {
    parts.push(part);
    bytes += part.length;
    if (bytes > MOST_BYTES) throw tooLong();
  }
  return Buffer.concat(parts).toString('utf8');
}

function tooLong(): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: 'the query is too long',
    where: 'stdin',
    expected: `at most ${MOST_BYTES} bytes`,
    found: 'more',
    todo: 'give the tools a file to read in place of its text',
  });
}

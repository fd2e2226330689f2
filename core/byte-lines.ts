/**
 * The lines of a stream of bytes, without their `\n`; the last one may lack it. No byte of a letter in UTF-8 is that of `\n`.
 * @param longest bytes of a line above which `refuse` is called, which throws: a file without lines does not fill the memory
 */
export async function* byteLines(
  chunks: AsyncIterable<Buffer>,
  longest: number,
  refuse: () => never,
): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer) => {
    parts.push(part);
    length += part.length;
    if (length > longest) refuse();
  };
  const take = () => {
    const line = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    [parts, length] = [[], 0];
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (length > 0) yield take();
}

/**
 * How a text may stand in a file: as it is, as JSON escapes it, as a URL does, in hex and in base64; of the last what does not depend on where in the encoded
 * text it lies. In UTF-16 too, where that is encoded.
 */
export function writtenForms(text: string): string[] {
  const bytes = [Buffer.from(text), Buffer.from(text, 'utf16le')];
  const hex = bytes.map((one) => one.toString('hex'));
  return [
    ...new Set([
      text,
      JSON.stringify(text).slice(1, -1),
      encodeURIComponent(text),
      ...hex,
      ...hex.map((one) => one.toUpperCase()),
      ...bytes.flatMap(base64Forms),
    ]),
  ];
}

/** With 0, 1 or 2 bytes before it in its group of three; without the letters that hold bits of what stands beside it. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const own = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

import { open } from 'node:fs/promises';

const NEWLINE = 10;

/** Reads the lines of a file that another process appends to. It is opened anew each time, which a network file system needs to show what is new. */
export function growingFile(path: string): { newLines(): Promise<string[]> } {
  let position = 0;
  let begun = Buffer.alloc(0);
  return {
    /** The lines that were ended since the last call; none where the file cannot be read now. */
    async newLines() {
      const bytes = await readFrom(path, position).catch(() => Buffer.alloc(0));
      position += bytes.length;
      const all = Buffer.concat([begun, bytes]);
      const end = all.lastIndexOf(NEWLINE) + 1;
      begun = all.subarray(end);
      return end === 0 ? [] : all.toString('utf8', 0, end - 1).split('\n');
    },
  };
}

async function readFrom(path: string, position: number): Promise<Buffer<ArrayBuffer>> {
  await using file = await open(path);
  const { size } = await file.stat();
  const bytes = Buffer.alloc(Math.max(0, size - position));
  const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
  return bytes.subarray(0, bytesRead);
}

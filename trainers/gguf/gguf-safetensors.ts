import { open } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, ToolkitError } from '../../core/errors.ts';

const HeaderSchema = z.record(z.string(), z.object({ dtype: z.string(), shape: z.array(z.number().int()) }));

/** A damaged length must not make us read gigabytes. */
const LARGEST_HEADER = 100_000_000;

/** Shapes of the tensors of a safetensors file, by name; only its header is read. */
export async function readTensorShapes(path: string): Promise<Map<string, number[]>> {
  try {
    const { __metadata__: _, ...tensors } = JSON.parse(await readHeader(path)) as Record<string, unknown>;
    return new Map(Object.entries(HeaderSchema.parse(tensors)).map(([name, { shape }]) => [name, shape]));
  } catch (error) {
    throw new ToolkitError({
      kind: 'input',
      what: `not a readable safetensors file: ${messageOf(error)}`,
      where: path,
      todo: 'train or download it again',
      cause: error,
    });
  }
}

async function readHeader(path: string): Promise<string> {
  await using file = await open(path);
  const size = Buffer.alloc(8);
  await file.read(size, 0, 8, 0);
  const length = Number(size.readBigUInt64LE());
  if (length > LARGEST_HEADER) throw new RangeError(`a header of ${length} bytes`);
  const header = Buffer.alloc(length);
  const { bytesRead } = await file.read(header, 0, length, 8);
  if (bytesRead < length) throw new RangeError('the file is cut off');
  return header.toString('utf8');
}

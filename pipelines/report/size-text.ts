import { GB, memorySize } from '../../core/byte-size.ts';

/** A size for people; of small ones a tenth of a MB counts. */
export function sizeText(bytes: number): string {
  return bytes < GB / 100 ? `${(bytes / 2 ** 20).toFixed(1)} MB` : memorySize(bytes);
}

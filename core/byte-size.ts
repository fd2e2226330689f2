const MB = 2 ** 20;

/** What a GB is in recipes and in all that is said of memory: as GPUs are sold. */
export const GB = 2 ** 30;

/** For people. */
export function memorySize(bytes: number): string {
  return bytes < GB ? `${Math.round(bytes / MB)} MB` : `${(bytes / GB).toFixed(1)} GB`;
}

/** @param index of the trace among those of its name, from 0 */
export function traceId(name: string, index: number): string {
  return `${name}-${String(index).padStart(4, '0')}`;
}

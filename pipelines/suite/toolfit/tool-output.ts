/** What one call brought that was no error, as the model was shown it: what was cut off was not shown. */
export interface ToolOutput {
  arguments: unknown;
  text: string;
}

/** The JSON that an output is; `undefined`: it is none. */
export function jsonOf({ text }: ToolOutput): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All objects in a JSON value, at any depth. */
export function objectsIn(value: unknown): Record<string, unknown>[] {
  if (value === null || typeof value !== 'object') return [];
  const inside = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inside : [value as Record<string, unknown>, ...inside];
}

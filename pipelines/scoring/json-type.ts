export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';
export type JsonObject = Record<string, unknown>;

/** The JSON type of a value; there is one number type, so 5 and 5.0 are the same. */
export function jsonType(value: unknown): JsonType {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'boolean' || type === 'number' || type === 'string' ? type : 'object';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** sha256 of a text, as `sha256:<hex>`. */
export function hashText(text: string): string {
  return `sha256:${hash('sha256', text)}`;
}

/** sha256 of a JSON value that does not depend on the order of keys. `undefined` members are left out. */
export function hashJson(value: unknown): string {
  return hashText(canonicalJson(value));
}

/** sha256 of a file's bytes, streamed. */
export async function hashFile(path: string): Promise<string> {
  const sum = createHash('sha256');
  for await (const chunk of createReadStream(path)) sum.update(chunk as Buffer);
  return `sha256:${sum.digest('hex')}`;
}

/** JSON with sorted keys and no white space: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : member,
  );
}

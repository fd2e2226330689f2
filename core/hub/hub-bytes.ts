import { HubApiError } from '@huggingface/hub';
import type { HubAccess } from './hub-access.ts';
import type { HubFile } from './hub-file.ts';

/** What the Hub answers when it is asked for the bytes of a file from one of them on, without the Xet protocol: a plain download can go on. */
export async function hubBytes(
  { repo, revision, path, kind }: HubFile,
  { url, token, fetch }: HubAccess,
  offset: number,
): Promise<Response> {
  const place = path.split('/').map(encodeURIComponent).join('/');
  const headers = { range: `bytes=${offset}-`, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${url}/${kind === 'model' ? '' : 'datasets/'}${repo}/resolve/${revision}/${place}`, {
    headers,
  });
  if (response.ok) return response;
  await response.body?.cancel();
  throw new HubApiError(response.url, response.status);
}

/** The bytes of an answer that belong between two places of the file, whether or not the server heeded the range, and whether or not it ends. */
export async function* bytesBetween(response: Response, offset: number, end: number): AsyncGenerator<Uint8Array> {
  let place = startOf(response);
  if (place > offset || response.body === null) return;
  for await (const chunk of response.body) {
    const bytes = chunk.subarray(Math.max(0, offset - place), Math.max(0, end - place));
    if (bytes.length > 0) yield bytes;
    place += chunk.length;
    if (place >= end) return;
  }
}

function startOf({ status, headers }: Response): number {
  if (status !== 206) return 0;
  return Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1] ?? Number.POSITIVE_INFINITY);
}

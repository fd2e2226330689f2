import { HubApiError, listFiles } from '@huggingface/hub';
import { z } from 'zod';
import type { HubAccess } from './hub-access.ts';

/** A repository on the Hub that may be written to. */
export interface HubRepository {
  type: 'model' | 'dataset';
  /** `owner/name` */
  name: string;
}

/** What the branch `main` of a repository holds. */
export interface HubState {
  /** The commit. */
  head: string;
  /** By path: `sha256:<hex>` of what lies in large file storage, git's hash of anything else. */
  files: Map<string, string>;
  /** Commits by the names of their tags. */
  tags: Map<string, string>;
}

const RefsSchema = z.object({
  branches: z.array(z.object({ name: z.string(), targetCommit: z.string() })),
  tags: z.array(z.object({ name: z.string(), targetCommit: z.string() })).default([]),
});

/** What there is; `undefined` where there is no such repository, or the token may not see it. */
export async function readRepository(repo: HubRepository, access: HubAccess): Promise<HubState | undefined> {
  const response = await askHub(`${apiUrl(repo, access)}/refs`, access);
  if (response === undefined) return undefined;
  const { branches, tags } = RefsSchema.parse(await response.json());
  const head = branches.find(({ name }) => name === 'main')?.targetCommit;
  if (head === undefined) return undefined;
  const { url, token, fetch } = access;
  const files = new Map<string, string>();
  const entries = listFiles({ repo, revision: head, recursive: true, hubUrl: url, accessToken: token, fetch });
  for await (const { type, path, oid, lfs } of entries)
    if (type === 'file') files.set(path, lfs === undefined ? (oid ?? '') : `sha256:${lfs.oid}`);
  return { head, files, tags: new Map(tags.map(({ name, targetCommit }) => [name, targetCommit])) };
}

/** A small text of the branch `main`; `undefined` where there is none. */
export async function readHubText(repo: HubRepository, path: string, access: HubAccess): Promise<string | undefined> {
  const place = `${repo.type === 'model' ? '' : 'datasets/'}${repo.name}/resolve/main/${path}`;
  return (await askHub(`${access.url}/${place}`, access))?.text();
}

/** Where the API tells of a repository. */
export function apiUrl({ type, name }: HubRepository, { url }: HubAccess): string {
  return `${url}/api/${type}s/${name}`;
}

/** @throws HubApiError for any answer but a good one, and 404, which is `undefined` */
export async function askHub(url: string, { token, fetch }: HubAccess, body?: object): Promise<Response | undefined> {
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body && { 'content-type': 'application/json' }),
  };
  const response = await fetch(url, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
  if (response.ok) return response;
  await response.body?.cancel();
  // The Hub hides what a token may not see; without one, it says 401 for what is not there.
  if (response.status === 404 || (response.status === 401 && token === undefined && body === undefined))
    return undefined;
  throw new HubApiError(url, response.status);
}

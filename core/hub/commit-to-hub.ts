import { pathToFileURL } from 'node:url';
import { type CommitOperation, commitIter, createRepo, HubApiError } from '@huggingface/hub';
import type { HubAccess } from './hub-access.ts';
import { apiUrl, askHub, type HubRepository } from './hub-repository.ts';

/** One commit. */
export interface HubCommit {
  title: string;
  /** What it follows: another commit in between is refused. */
  parent: string;
  /** Files on this machine, absolute, by their paths in the repository. */
  add: ReadonlyMap<string, string>;
  remove: readonly string[];
}

/** Makes a repository. @throws HubApiError where the token may not */
export async function createRepository(
  repo: HubRepository,
  visibility: 'public' | 'private',
  { url, token, fetch }: HubAccess,
): Promise<void> {
  await createRepo({ repo, visibility, hubUrl: url, accessToken: token!, fetch }).catch((error: unknown) => {
    if (error instanceof HubApiError && error.statusCode === 409) return; // it is there by now
    throw error;
  });
}

/**
 * Sends files and commits them all at once: until then nothing of them can be seen. What the Hub's storage has already, by its hash, is not sent
 * again, also where an earlier try broke off before the commit.
 * @returns the commit; yields the share of a file that was sent
 */
export async function* commitToHub(
  repo: HubRepository,
  { title, parent, add, remove }: HubCommit,
  { url, token, fetch, signal }: HubAccess,
): AsyncGenerator<{ path: string; sent: number }, string, undefined> {
  const operations: CommitOperation[] = [
    ...[...add].map(([path, file]) => ({ operation: 'addOrUpdate' as const, path, content: pathToFileURL(file) })),
    ...remove.map((path) => ({ operation: 'delete' as const, path })),
  ];
  // Without the Xet protocol, as downloads are: its addresses want a token that `hubFetch` keeps to the Hub.
  const request = { repo, title, operations, parentCommit: parent, branch: 'main', useXet: false } as const;
  const steps = commitIter({ ...request, hubUrl: url, accessToken: token!, fetch, abortSignal: signal });
  for (let step = await steps.next(); ; step = await steps.next()) {
    if (step.done) return step.value!.commit.oid;
    const event = step.value;
    if (event.event === 'fileProgress' && event.state === 'uploading') yield { path: event.path, sent: event.progress };
  }
}

/** Gives a commit a name. @throws HubApiError (409) where it names another one */
export async function tagCommit(repo: HubRepository, commit: string, tag: string, access: HubAccess): Promise<void> {
  await askHub(`${apiUrl(repo, access)}/tag/${commit}`, access, { tag });
}

import { HubApiError } from '@huggingface/hub';
import { type ErrorDetails, messageOf, ToolkitError } from '../errors.ts';
import type { HubAccess } from './hub-access.ts';
import { type HubFile, hubFileName } from './hub-file.ts';

/** What went wrong on the way to a file, in words that say what to do. URLs, of which signed ones are secrets, and the token are left out. */
export function hubFailure(error: unknown, file: HubFile, access: HubAccess): unknown {
  if (access.signal.aborted || error instanceof ToolkitError) return error;
  const status = error instanceof HubApiError ? error.statusCode : undefined;
  const found = status === undefined ? reasonOf(error, access.token) : `HTTP ${status}`;
  return new ToolkitError({ ...explain(status, file, access), where: hubFileName(file), found, cause: error });
}

function explain(status: number | undefined, file: HubFile, { url, token }: HubAccess): ErrorDetails {
  const [what, page] = file.kind === 'model' ? ['model', file.repo] : ['data set', `datasets/${file.repo}`];
  if (status === 401 || status === 403) {
    const have = token === undefined ? 'set HF_TOKEN to a token that may' : 'see that the token in HF_TOKEN may';
    return {
      kind: 'environment',
      what: `the Hub does not let you read this ${what}, or there is none of that name`,
      todo: `see that \`${file.kind === 'model' ? 'base' : 'repo'}\` is right, accept the terms on ${url}/${page} if it has some, and ${have} read it`,
    };
  }
  if (status === 404) return noSuchFile(file);
  return {
    kind: 'failed',
    what: status === undefined ? 'cannot reach the Hub' : 'the Hub is busy or fails',
    todo: 'see that the network (a proxy, HF_ENDPOINT) is right and run the same command again: it goes on where it stopped',
  };
}

/** For a repository, commit or path that is not there. */
export function noSuchFile({ kind }: Pick<HubFile, 'kind'>): ErrorDetails {
  if (kind === 'model') {
    return {
      kind: 'input',
      what: 'the Hub has no such model, or not that commit of it',
      todo: 'correct `base`: hub:owner/name@commit, as the model’s page on the Hub writes them',
    };
  }
  return {
    kind: 'input',
    what: 'the Hub has no such file',
    expected: 'a file that the data set has at that commit',
    todo: 'correct `repo`, `revision` or `path` in workspace.yaml',
  };
}

/** undici says "fetch failed", and why in the cause. */
export function reasonOf(error: unknown, token?: string): string {
  const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : '';
  const reason = `${messageOf(error)}${cause}`.replaceAll(/https?:\/\/\S+/g, '…');
  return token === undefined ? reason : reason.replaceAll(token, '…');
}

/** What fetch throws bears the system's error as its cause; one that is itself the system's is of a file. */
export function isOfDisk(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** Where the place of a download cannot be one. A full disk stays what it is: the stage tells of it. */
export function diskFailure(error: unknown, path: string): unknown {
  const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
  if (isFull) return error;
  return new ToolkitError({
    kind: 'environment',
    what: `cannot keep a download: ${messageOf(error)}`,
    where: path,
    todo: 'free the place that it names (a file where a folder has to be), or use a workspace with a shorter path',
    cause: error,
  });
}

import { HubApiError } from '@huggingface/hub';
import { type ErrorDetails, ToolkitError } from '../errors.ts';
import type { HubAccess } from './hub-access.ts';
import { isOfDisk, reasonOf } from './hub-failure.ts';
import type { HubRepository } from './hub-repository.ts';

/** What went wrong with a repository that is written to, in words that say what to do. Addresses, of which signed ones are secrets, and the token are left out. */
export function uploadFailure(error: unknown, { name }: HubRepository, access: HubAccess): unknown {
  if (access.signal.aborted || error instanceof ToolkitError || isOfDisk(error)) return error;
  const status = error instanceof HubApiError ? error.statusCode : undefined;
  const found = status === undefined ? reasonOf(error, access.token) : `HTTP ${status}`;
  return new ToolkitError({ ...explain(status), where: `hub:${name}`, found, cause: error });
}

function explain(status: number | undefined): ErrorDetails {
  if (status === 401 || status === 403 || status === 404) {
    return {
      kind: 'environment',
      what: 'the Hub does not let you use this repository',
      todo: 'set HF_TOKEN to a token of its owner that may read and write it, and see that `publish.to` is right',
    };
  }
  if (status === 409 || status === 412) {
    return {
      kind: 'failed',
      what: 'somebody else has written to this repository meanwhile',
      todo: 'look at what it is, and run the same command again: it publishes after it',
    };
  }
  return {
    kind: 'failed',
    what: status === undefined ? 'the connection to the Hub broke' : 'the Hub refuses, is busy or fails',
    todo: 'run the same command again: it goes on where it stopped; nobody sees a release that is not whole',
  };
}

/** @throws ToolkitError (environment) where nothing can be written for want of a token */
export function needToken({ token }: HubAccess): void {
  if (token !== undefined) return;
  throw new ToolkitError({
    kind: 'environment',
    what: 'publishing on the Hub needs a token',
    todo: 'set HF_TOKEN to an access token of your account there that may write',
  });
}

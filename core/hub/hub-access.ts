import type { Context } from '../context.ts';
import { ToolkitError } from '../errors.ts';
import { hubFetch } from './hub-fetch.ts';

/** How the Hub is reached. */
export interface HubAccess {
  /** Without a slash at its end. */
  url: string;
  token?: string;
  /** Tries again what fails in passing, and ends with the stage. */
  fetch: typeof fetch;
  signal: AbortSignal;
}

/**
 * By the variables that other clients of the Hub know: `HF_TOKEN`, and `HF_ENDPOINT` for a mirror.
 * @throws ToolkitError (input) where the token cannot be one
 */
export function hubAccess({ variables = {}, signal }: Pick<Context, 'variables' | 'signal'>): HubAccess {
  const url = (variables.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');
  const token = variables.HF_TOKEN?.trim() || undefined;
  if (token === undefined || token.startsWith('hf_')) return { url, token, fetch: hubFetch(signal), signal };
  throw new ToolkitError({
    kind: 'input',
    what: 'the variable HF_TOKEN holds no token of the Hub',
    expected: 'it to begin with hf_',
    todo: 'set it to an access token of your account there, or unset it',
  });
}

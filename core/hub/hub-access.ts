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

/** Printable and without spaces: anything else cannot stand in a header, and what refuses it there shows it. */
const TOKEN = /^hf_[\x21-\x7e]+$/;

/**
 * By the variables that other clients of the Hub know: `HF_TOKEN`, and `HF_ENDPOINT` for a mirror.
 * @throws ToolkitError (input) where the token or the address cannot be one
 */
export function hubAccess({ variables = {}, signal }: Pick<Context, 'variables' | 'signal'>): HubAccess {
  const url = (variables.HF_ENDPOINT?.trim() || 'https://huggingface.co').replace(/\/+$/, '');
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new ToolkitError({
      kind: 'input',
      what: 'the variable HF_ENDPOINT holds no address of a Hub',
      expected: 'an address that begins with https:// or http://',
      todo: 'set it to the address of a mirror, or unset it',
    });
  }
  const token = variables.HF_TOKEN?.trim() || undefined;
  if (token === undefined || TOKEN.test(token)) return { url, token, fetch: hubFetch(signal, url), signal };
  throw new ToolkitError({
    kind: 'input',
    what: 'the variable HF_TOKEN holds no token of the Hub',
    expected: 'it to begin with hf_, on one line and without spaces',
    todo: 'set it to an access token of your account there, or unset it',
  });
}

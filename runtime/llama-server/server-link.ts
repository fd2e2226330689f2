import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import type { z } from 'zod';
import { messageOf, ToolkitError } from '../../core/errors.ts';
import { limitAnswer } from '../answer-limit.ts';

export interface ServerAddress {
  url: string;
  /** Sent as bearer token and told nowhere else. */
  apiKey?: string;
}

export interface ServerLink {
  /** POSTs the body, or GETs where there is none. @throws ToolkitError where the server refuses, does not answer, or answers something else */
  ask<Answer>(path: string, schema: z.ZodType<Answer>, body?: unknown, signal?: AbortSignal): Promise<Answer>;
}

export interface HttpAnswer {
  status: number;
  text: string;
}

/** @param whyGone asked where the connection fails: why the server has ended, if it has */
export function linkTo(address: ServerAddress, whyGone: () => Promise<unknown> = async () => undefined): ServerLink {
  return {
    async ask(path, schema, body, signal) {
      const answer = await exchange(address, path, body, signal).catch(async (error: unknown) => {
        signal?.throwIfAborted();
        throw (await whyGone()) ?? silent(address, error);
      });
      if (answer.status !== 200) throw refusal(address, path, answer);
      return read(address, path, schema, answer);
    },
  };
}

/**
 * One request on a connection of its own: hanging up is how llama-server is told that nobody waits for the answer any more. `fetch` would
 * give up after five minutes without a header, and a long prompt may take longer.
 * @throws what the connection failed with, the signal's abort, or an answer that is too long
 */
export function exchange(
  { url, apiKey }: ServerAddress,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  const target = new URL(`.${path}`, url.endsWith('/') ? url : `${url}/`);
  const { request } = target.protocol === 'https:' ? https : http;
  const headers = {
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(target, { method: body === undefined ? 'GET' : 'POST', agent: false, signal, headers });
    sent.on('error', reject);
    sent.on('response', (response) => {
      text(limitAnswer(response)).then((answer) => resolve({ status: response.statusCode ?? 0, text: answer }), reject);
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function read<Answer>({ url }: ServerAddress, path: string, schema: z.ZodType<Answer>, { text }: HttpAnswer): Answer {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new ToolkitError({
      kind: 'failed',
      what: 'llama-server does not answer in the form that this version knows',
      where: `${url}${path}`,
      found: messageOf(error),
      todo: 'take a llama-server of about the release that node-llama-cpp carries (see README.md)',
      cause: error,
    });
  }
}

function refusal({ url }: ServerAddress, path: string, { status, text }: HttpAnswer): ToolkitError {
  return new ToolkitError({
    kind: status === 401 ? 'input' : 'failed',
    what: 'llama-server refuses the request',
    where: `${url}${path}`,
    found: `${status}: ${saidIn(text)}`,
    todo:
      status === 401
        ? 'name the environment variable that holds its key in `engine.llama-server.apiKeyFrom`'
        : undefined,
  });
}

/** What its error object says, or the beginning of the text. */
function saidIn(text: string): string {
  try {
    return String((JSON.parse(text) as { error: { message: unknown } }).error.message);
  } catch {
    return text.slice(0, 500);
  }
}

function silent({ url }: ServerAddress, error: unknown): ToolkitError {
  return new ToolkitError({
    kind: 'environment',
    what: 'llama-server does not answer',
    where: url,
    found: messageOf(error),
    todo: 'start it, or correct its URL',
    cause: error,
  });
}

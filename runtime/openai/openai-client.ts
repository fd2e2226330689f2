import OpenAI, { APIError } from 'openai';
import { messageOf } from '../../core/errors.ts';
import { limitedFetch } from '../answer-limit.ts';
import { BrokenAnswer } from '../chat-retries.ts';

/** How a server that speaks OpenAI's protocol is reached. */
export interface OpenAiAccess {
  baseUrl: string;
  /** Sent as bearer token and told nowhere else. */
  apiKey?: string;
  timeoutMs: number;
}

/** The client reads nothing from the environment and prints nothing: both are for entry points. It asks once: who uses it retries. */
export function openAiClient({ baseUrl, apiKey, timeoutMs }: OpenAiAccess): OpenAI {
  return new OpenAI({
    baseURL: baseUrl,
    apiKey: apiKey ?? 'none',
    organization: null,
    project: null,
    ...(apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
    timeout: timeoutMs,
    maxRetries: 0,
    logLevel: 'off',
    fetch: limitedFetch,
  });
}

/**
 * One request whose whole answer has to come in time: the client's own limit ends with the headers.
 * @throws APIError, BrokenAnswer where it is late, ended early or no JSON, or the reason of the abort
 */
export async function inTime<T>(
  timeoutMs: number,
  signal: AbortSignal,
  send: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = AbortSignal.timeout(timeoutMs);
  try {
    return await send(AbortSignal.any([signal, late]));
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted) throw new BrokenAnswer(`no answer in ${timeoutMs / 1000} s`);
    throw error instanceof APIError || error instanceof BrokenAnswer
      ? error
      : new BrokenAnswer(messageOf(error), { cause: error });
  }
}

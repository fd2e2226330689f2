import { APIConnectionError, APIError } from 'openai';
import { messageOf, ToolkitError } from '../core/errors.ts';
import { BrokenAnswer, isOutOfCredit } from './chat-retries.ts';
import { shownUrl } from './mcp/redact.ts';

/** What is known of the endpoint that failed. */
export interface FailedEndpoint {
  baseUrl: string;
  model: string;
  redact: (text: string) => string;
  /** What to do where the request itself is refused. */
  onRefusal?: string;
}

/** What made a request to a model behind an endpoint fail, and what the user can do about it. */
export function chatFailure(
  error: unknown,
  { baseUrl, model, redact, onRefusal = 'correct `model` and `parameters`' }: FailedEndpoint,
): ToolkitError {
  const about = { where: `${model} at ${shownUrl(baseUrl)}`, found: redact(said(error)).slice(0, 500) };
  const failure = (kind: 'input' | 'environment' | 'failed', what: string, todo: string) =>
    new ToolkitError({ kind, what, todo, ...about });
  if (error instanceof APIConnectionError)
    return failure('environment', 'cannot be reached', 'start the server, or correct `baseUrl`');
  if (error instanceof APIError && error.status !== undefined) {
    if (isOutOfCredit(error))
      return failure('failed', 'there is no credit left', 'add some and run the same command again');
    if (error.status === 401 || error.status === 403)
      return failure('input', 'refuses the API key', 'see that the variable that `apiKeyFrom` names holds a valid key');
    if (error.status === 404)
      return failure(
        'input',
        'there is no such model or no such path',
        'correct `model`, or `baseUrl`, which mostly ends in /v1',
      );
    if (error.status < 500 && error.status !== 429) return failure('input', 'refuses the request', onRefusal);
  }
  const again = 'run the same command again later: it goes on where it stopped';
  return failure(
    'failed',
    error instanceof BrokenAnswer ? 'gave no usable answer, many times' : 'failed many times',
    again,
  );
}

function said(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? `${messageOf(error)} (${reasonOf(cause)})` : messageOf(error);
}

/** Of a failed `fetch` the innermost cause says most. */
function reasonOf(cause: Error): string {
  if (cause.cause instanceof Error) return reasonOf(cause.cause);
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}

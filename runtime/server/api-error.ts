import { messageOf, ToolkitError } from '../../core/errors.ts';
import { EndpointFailure } from '../chat/endpoint-step.ts';
import { UnfitRequest } from '../chat/unfit-request.ts';

export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 413 | 415 | 429 | 499 | 500 | 502 | 503 | 504;

/** An answer that says what is wrong, in the shape of OpenAI's API. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: ErrorStatus;
  readonly code: string;
  /** Which member of the request is meant. */
  readonly param: string | null;
  /** When it may be tried again. */
  readonly retryAfterSeconds?: number;

  constructor(
    status: ErrorStatus,
    code: string,
    message: string,
    more: { param?: string; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.status = status;
    this.code = code;
    this.param = more.param ?? null;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** What anything thrown means to the client. Of errors of the server it learns no more than that: they may name files. */
export function apiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  // Without a cause: its message says all, and a stack trace in the log would look like a fault of the server.
  if (error instanceof UnfitRequest) return new ApiError(400, error.code ?? 'invalid_request', error.message);
  if (error instanceof EndpointFailure)
    return new ApiError(
      502,
      'fallback_failed',
      'The bundle was not sure, and the endpoint that is asked then failed.',
      {
        cause: error.cause,
      },
    );
  return new ApiError(500, 'internal_error', 'The server failed on this request; its log says why.', { cause: error });
}

/** The body of an answer that is an error. */
export function errorBody({ status, code, param, message }: ApiError) {
  return { error: { message, type: typeOf(status), param, code } };
}

function typeOf(status: ErrorStatus): string {
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** For the log: what really happened. */
export function innermostReason(error: ApiError): string {
  const { cause, status, message } = error;
  // What a client did wrong has no place in the code; and it shall not write further lines into the log.
  if (status < 500) return message.replaceAll(/\s+/g, ' ');
  if (cause === undefined) return message;
  return cause instanceof ToolkitError || !(cause instanceof Error) ? messageOf(cause) : (cause.stack ?? cause.message);
}

import { ApiError } from './api-error.ts';

/** A signal that ends the work for one request, and can be done away with. */
export interface RequestLimit extends Disposable {
  signal: AbortSignal;
}

/** Aborts when the client hangs up (499), when the server ends, or when the time is over (504). */
export function requestLimit(client: AbortSignal, server: AbortSignal, seconds: number): RequestLimit {
  const controller = new AbortController();
  const late = setTimeout(() => {
    controller.abort(new ApiError(504, 'timeout', `There was no answer within ${seconds} s.`));
  }, seconds * 1000);
  const hungUp = () => controller.abort(new ApiError(499, 'hung_up', 'The client hung up.'));
  const ended = () => controller.abort(new ApiError(503, 'shutting_down', 'The server was shut down.'));
  if (client.aborted) hungUp();
  if (server.aborted) ended();
  client.addEventListener('abort', hungUp);
  server.addEventListener('abort', ended);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(late);
      client.removeEventListener('abort', hungUp);
      server.removeEventListener('abort', ended);
    },
  };
}

import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ServedRequest } from '../../core/serve-event.ts';
import type { StepHooks } from '../chat/prepared-step.ts';
import type { StepAnswer } from '../chat/step-answer.ts';
import type { StepRequest } from '../chat/step-request.ts';
import { requireAccess } from './access.ts';
import type { Admission } from './admission.ts';
import { ApiError, apiError, errorBody, innermostReason } from './api-error.ts';
import { type ChatCompletionRequest, MODELS, noModel, readChatRequest } from './chat-request.ts';
import { type CompletionOptions, completion, completionChunks } from './completion.ts';
import { eventStream } from './event-stream.ts';
import { requestLimit } from './request-limit.ts';
import type { ServerMetrics } from './server-metrics.ts';
import { startStep } from './step-progress.ts';

/** What the routes work with. */
export interface AppParts {
  /** Makes a step; what it does outside of `engineTurn` holds up no other request. */
  step(request: StepRequest, hooks: StepHooks): Promise<StepAnswer>;
  admission: Admission;
  metrics: ServerMetrics;
  /** Absent: only this machine is let in. */
  apiKey?: string;
  /** Most bytes of a request's body. */
  bodyLimit: number;
  /** That a request may take, waiting included. */
  timeoutSeconds: number;
  /** Aborts when the server ends: what still runs then is given up. */
  ending: AbortSignal;
  /** Told of each request for a completion that ended. */
  log(entry: ServedRequest): void;
}

type Env = { Bindings: HttpBindings };

const COMPLETIONS = '/v1/chat/completions';

/** The routes of an OpenAI-compatible server. */
export function createApp(parts: AppParts): Hono<Env> {
  const { admission, metrics } = parts;
  const app = new Hono<Env>();
  const started = Date.now();
  let count = 0;
  app.onError((thrown, c) => {
    const error = apiError(thrown);
    if (c.req.path === COMPLETIONS) metrics.finished(error.status, 0);
    if (error.status >= 500)
      parts.log({ id: c.req.path.slice(0, 100), status: error.status, ms: 0, error: innermostReason(error) });
    return failure(c, error);
  });
  app.notFound((c) =>
    failure(c, new ApiError(404, 'not_found', `There is no ${c.req.method} ${c.req.path.slice(0, 100)}.`)),
  );
  // Whoever watches the process has no key.
  app.get('/health', (c) =>
    parts.admission.isClosed
      ? c.json({ status: 'shutting_down' }, 503)
      : c.json({ status: 'ok', running: admission.running, waiting: admission.waiting }),
  );
  app.use(requireAccess(parts.apiKey));
  app.get('/metrics', async (c) => c.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType }));
  app.get('/v1/models', (c) => c.json({ object: 'list', data: Object.values(MODELS).map((id) => model(id, started)) }));
  app.get('/v1/models/:id', (c) => {
    const id = c.req.param('id');
    if (!Object.values<string>(MODELS).includes(id)) throw noModel(id);
    return c.json(model(id, started));
  });
  app.post(
    COMPLETIONS,
    bodyLimit({
      maxSize: parts.bodyLimit,
      onError: () => {
        throw new ApiError(413, 'request_too_large', `The body has more than ${parts.bodyLimit} bytes.`);
      },
    }),
    async (c) => {
      count += 1;
      return complete(c, parts, `chatcmpl-${started.toString(36)}${count.toString(36).padStart(6, '0')}`);
    },
  );
  app.all(COMPLETIONS, (c) => {
    throw new ApiError(405, 'method_not_allowed', `It takes POST, not ${c.req.method}.`);
  });
  return app;
}

function model(id: string, started: number) {
  return { id, object: 'model', created: Math.floor(started / 1000), owned_by: 'dualtune' };
}

function failure(c: Context, error: ApiError): Response {
  const { status, retryAfterSeconds } = error;
  if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds));
  if (status === 401) c.header('WWW-Authenticate', 'Bearer');
  // What is left of the body is not read: the client must not send another request behind it.
  if (status === 413 || (c.req.raw.body !== null && !c.req.raw.bodyUsed)) c.header('Connection', 'close');
  return c.json(errorBody(error), status as 400);
}

async function complete(c: Context<Env>, parts: AppParts, id: string): Promise<Response> {
  const began = performance.now();
  const limit = requestLimit(c.req.raw.signal, parts.ending, parts.timeoutSeconds);
  const end = (answer: StepAnswer | undefined, error?: ApiError) => {
    limit[Symbol.dispose]();
    const ms = performance.now() - began;
    const status = error?.status ?? 200;
    parts.metrics.finished(status, ms / 1000, answer);
    parts.log({ id, status, ms, answeredBy: answer?.by, error: error && innermostReason(error) });
  };
  const fail = (thrown: unknown): ApiError => {
    const error = limit.signal.aborted ? apiError(limit.signal.reason) : apiError(thrown);
    end(undefined, error);
    return error;
  };
  try {
    const request = await readRequest(c);
    const head = { id, created: Math.floor(Date.now() / 1000) };
    const options = { head, stops: request.step.stops, includeUsage: request.includeUsage };
    if (request.stream) return await streamed(request, parts, limit.signal, options, { end, fail });
    const answer = await answered(request, parts, { signal: limit.signal });
    end(answer);
    return c.json(completion(answer, options));
  } catch (error) {
    return failure(c, fail(error));
  }
}

/** A page of another site cannot send JSON without asking first, and nobody here says yes. */
async function readRequest(c: Context): Promise<ChatCompletionRequest> {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? ''))
    throw new ApiError(415, 'unsupported_media_type', 'The body has to be application/json.');
  const bytes = await c.req.arrayBuffer();
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError(400, 'invalid_request', 'The body is not UTF-8.');
  }
  return readChatRequest(text);
}

function answered({ step }: ChatCompletionRequest, parts: AppParts, hooks: StepHooks): Promise<StepAnswer> {
  return parts.step(step, { ...hooks, engineTurn: (work) => parts.admission.run(work, hooks.signal) });
}

/** What fails before the first part is an answer of its own; what fails later is told in the stream. */
async function streamed(
  request: ChatCompletionRequest,
  parts: AppParts,
  signal: AbortSignal,
  options: CompletionOptions,
  { end, fail }: { end(answer: StepAnswer): void; fail(error: unknown): ApiError },
): Promise<Response> {
  const step = startStep((tell) =>
    answered(request, parts, {
      signal,
      onCall: (call) => tell({ call }),
      onText: (text, by) => tell({ text, by }),
    }),
  );
  const chunks = completionChunks(step, options);
  const first = await chunks.next();
  const body = eventStream(first.value, chunks, {
    onEnd: async () => end(await step.answer),
    onError: (error) => errorBody(fail(error)),
  });
  return new Response(body, {
    headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache' },
  });
}

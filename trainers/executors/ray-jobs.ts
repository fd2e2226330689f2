import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { messageOf, ToolkitError } from '../../core/errors.ts';

/** A cluster's Jobs API (https://docs.ray.io/en/latest/cluster/running-applications/job-submission/rest.html). */
export interface RayJobs {
  submit(job: RaySubmission): Promise<void>;
  /** The end state of a job, with Ray's reason and the end of its log; undefined while it waits or works. @throws ToolkitError where Ray does not answer */
  isOver(id: string): Promise<string | undefined>;
  /** @param only stops it in this state alone */
  stop(id: string, only?: 'PENDING'): Promise<void>;
}

export interface RaySubmission {
  submission_id: string;
  /** A line of shell. */
  entrypoint: string;
  entrypoint_num_gpus: number;
  entrypoint_num_cpus: number;
}

const TIMEOUT_MS = 30_000;
/** A busy cluster may not have all its parts up: no answer, or 5xx. */
const SUBMIT_TRIES = 6;
const SUBMIT_PAUSE_MS = 5000;
const LOG_CHARACTERS = 2000;

const JobSchema = z.object({
  status: z.enum(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']),
  message: z.string().nullish(),
});
const LogsSchema = z.object({ logs: z.string().nullish() });

export function rayJobs(address: string, token?: string): RayJobs {
  const call = (path: string, body?: object) => request(new URL(`api/jobs/${path}`, withSlash(address)), body, token);
  const job = async (id: string) => JobSchema.parse(await call(id));
  return {
    async submit(submission) {
      for (let left = SUBMIT_TRIES; ; left -= 1) {
        try {
          return await call('', submission).then(() => {});
        } catch (error) {
          // A try may have been heard although its answer was lost.
          if (left < SUBMIT_TRIES && /already exists/.test(messageOf(error))) return;
          if (left === 1 || !(error instanceof ToolkitError && error.kind === 'environment')) throw error;
          await setTimeout(SUBMIT_PAUSE_MS);
        }
      }
    },
    async isOver(id) {
      const { status, message } = await job(id);
      if (status === 'PENDING' || status === 'RUNNING') return undefined;
      const { logs } = LogsSchema.parse(await call(`${id}/logs`).catch(() => ({})));
      return [status, message, logs?.slice(-LOG_CHARACTERS).trim()].filter(Boolean).join(': ');
    },
    async stop(id, only) {
      if (only === undefined || (await job(id)).status === only) await call(`${id}/stop`, {});
    },
  };
}

function withSlash(address: string): string {
  return address.endsWith('/') ? address : `${address}/`;
}

async function request(url: URL, body: object | undefined, token: string | undefined): Promise<unknown> {
  const trouble = (found: string, { refused, cause }: { refused?: boolean; cause?: unknown } = {}) =>
    new ToolkitError({
      kind: refused ? 'input' : 'environment',
      what:
        cause === undefined ? 'the Ray cluster does not do what it is asked for' : 'the Ray cluster does not answer',
      where: url.href,
      found,
      todo: 'see `executor.ray.address` in workspace.yaml: it is that of the dashboard, port 8265',
      cause,
    });
  try {
    const { status, text } = await send(url, body, token);
    if (status !== 200) throw trouble(`${status} ${text.slice(-LOG_CHARACTERS)}`, { refused: status < 500 });
    return JSON.parse(text);
  } catch (error) {
    throw error instanceof ToolkitError ? error : trouble(messageOf(error), { cause: error });
  }
}

/** Not by `fetch`: its `Sec-Fetch-Mode` makes Ray take it for a browser, which may not submit. */
async function send(url: URL, body: object | undefined, token: string | undefined) {
  const request = (url.protocol === 'https:' ? https : http).request(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  request.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode ?? 0, text };
}

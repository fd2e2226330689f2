import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { messageOf, ToolkitError } from '../../core/errors.ts';
import { checkExposure } from './access.ts';
import { Admission } from './admission.ts';
import { type AppParts, createApp } from './app.ts';
import { createServerMetrics } from './server-metrics.ts';

export interface ServerOptions extends Pick<AppParts, 'step' | 'apiKey' | 'timeoutSeconds' | 'log'> {
  host: string;
  /** 0: any that is free. */
  port: number;
  /** Requests that may wait for the engine. */
  queue: number;
  /** Requests that the engine is given at a time. Default: 1. */
  parallel?: number;
  /** Most bytes of a request's body. Default: 4 MiB. */
  bodyLimit?: number;
}

export interface RunningServer {
  /** `http://127.0.0.1:8484` */
  url: string;
  /** Takes no more requests, lets those that were taken end for a while, and then gives them up. */
  close(graceSeconds?: number): Promise<void>;
}

const BODY_LIMIT = 4 * 1024 * 1024;
const HEADERS_TIMEOUT_MS = 30_000;
const BODY_TIMEOUT_MS = 60_000;
/** Longer than proxies and clients keep a connection: none sends a request on one that is just being closed. */
const KEEP_ALIVE_MS = 65_000;
/** Open connections: many more than may wait, so that those who are turned away are told so. */
const MOST_CONNECTIONS = 2048;
const GRACE_SECONDS = 8;
const LAST_WORDS_MS = 500;

/** Starts to serve. @throws ToolkitError (input) where others could reach it without a key, or it cannot listen there */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, apiKey, timeoutSeconds, log } = options;
  checkExposure(host, apiKey);
  const admission = new Admission(options.queue, options.parallel ?? 1);
  const metrics = createServerMetrics(admission);
  const ending = new AbortController();
  const begun = new Set<Promise<unknown>>();
  const allEnded = async () => void (await Promise.allSettled(begun));
  const step: AppParts['step'] = (request, hooks) => {
    const made = options.step(request, hooks);
    begun.add(made);
    return made.finally(() => begun.delete(made));
  };
  const app = createApp({
    step,
    admission,
    metrics,
    apiKey,
    bodyLimit: options.bodyLimit ?? BODY_LIMIT,
    timeoutSeconds,
    ending: ending.signal,
    log,
  });
  const server = createAdaptorServer({
    fetch: app.fetch,
    // Requests and responses of the process stay Node's own.
    overrideGlobalObjects: false,
    serverOptions: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: BODY_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 1000,
    },
  }) as HttpServer;
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, host, port);
  return {
    url: urlOf(server.address() as AddressInfo),
    async close(graceSeconds = GRACE_SECONDS) {
      admission.close();
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const over = new AbortController();
      const late = setTimeout(graceSeconds * 1000, undefined, { signal: over.signal }).catch(() => {});
      await Promise.race([allEnded(), late]);
      over.abort();
      ending.abort();
      await allEnded();
      // What was answered just now is on its way.
      await Promise.race([closed, setTimeout(LAST_WORDS_MS)]);
      server.closeAllConnections();
      await closed;
      metrics.close();
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host.replace(/^\[(.*)\]$/, '$1'));
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new ToolkitError({
      kind: 'input',
      what: `cannot listen there: ${messageOf(error)}`,
      where: `${host}:${port}`,
      todo: 'choose another --port, or end what uses this one',
      cause: error,
    });
  }
}

function urlOf({ address, port, family }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

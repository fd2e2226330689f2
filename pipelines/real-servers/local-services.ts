import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { runProcess } from '../../core/subprocess.ts';
import type { Program } from './install-server.ts';

/** Something that listens on this machine. */
export interface Service extends AsyncDisposable {
  url: string;
}

const WAIT_MS = 20_000;

/** A few pages to be fetched. */
export async function servePages(): Promise<Service> {
  const text = 'The harbour opens at nine. Boats to the islands leave from the second pier.';
  return listen((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      `<html><head><title>${request.url}</title></head><body><article><h1>Harbour</h1><p>${text}</p></article></body></html>`,
    );
  });
}

/** Starts an MCP server that speaks Streamable HTTP at `/mcp`. */
export async function startListening({ env, signal }: Context, { command, args }: Program): Promise<Service> {
  const place = await listen(() => {});
  await place[Symbol.asyncDispose]();
  const port = Number(new URL(place.url).port);
  const stop = new AbortController();
  const ended = runProcess({
    name: command,
    command,
    args,
    env: { ...env, PORT: String(port) },
    signal: AbortSignal.any([signal, stop.signal]),
    graceMs: 2000,
    onStdoutLine: () => {},
  }).then(
    ({ stderrTail }) => stderrTail,
    () => '',
  );
  for (const end = Date.now() + WAIT_MS; !(await isReached(port)); await sleep(50)) {
    if (Date.now() < end) continue;
    stop.abort();
    throw new ToolkitError({
      kind: 'failed',
      what: `does not listen on port ${port}`,
      where: command,
      found: await ended,
    });
  }
  return {
    url: `${place.url}/mcp`,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}

async function listen(answer: RequestListener): Promise<Service> {
  const http = createServer(answer);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
}

function isReached(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const tell = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket.on('connect', () => tell(true));
    socket.on('error', () => tell(false));
  });
}

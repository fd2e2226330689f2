import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { MAX_MESSAGE_BYTES, MessageTooLong } from './message-too-long.ts';
import type { ServerConfig } from './servers-file.ts';
import { StdioTransport } from './stdio-transport.ts';

const TAIL_LINES = 20;
const LONGEST_LINE = 500;

export interface OpenedTransport {
  transport: Transport;
  /** The last lines that the server wrote to stderr. */
  stderrTail(): string;
  /** Resolves when stderr has ended, or after a moment: an exit is noticed before the last lines are read. */
  drained(): Promise<void>;
}

/** The child gets `env` and its config's own env. */
export function openTransport(config: ServerConfig, env: Readonly<Record<string, string>>): OpenedTransport {
  if (config.kind === 'http') {
    const transport = new StreamableHTTPClientTransport(new URL(config.url), {
      requestInit: { headers: config.headers },
      fetch: (url, init) =>
        fetchCapped(url, init, (error) => {
          transport.onerror?.(error);
          void transport.close();
        }),
    });
    return { transport: transport as Transport, stderrTail: () => '', drained: async () => {} };
  }
  const { command, args, cwd } = config;
  const transport = new StdioTransport({ command, args, cwd, env: { ...env, ...config.env } });
  return { transport, ...tailOf(transport.stderr) };
}

function tailOf(stream: NodeJS.ReadableStream): Pick<OpenedTransport, 'stderrTail' | 'drained'> {
  let lines: string[] = [''];
  let ended = false;
  stream.on('data', (chunk: Buffer) => {
    const [first = '', ...rest] = chunk.toString('utf8').split('\n');
    lines[lines.length - 1] = `${lines.at(-1)}${first}`.slice(0, LONGEST_LINE);
    lines = [...lines, ...rest.map((line) => line.slice(0, LONGEST_LINE))].slice(-TAIL_LINES - 1);
  });
  stream.on('end', () => {
    ended = true;
  });
  return {
    stderrTail: () =>
      lines
        .filter((line) => line.trim() !== '')
        .slice(-TAIL_LINES)
        .join('\n'),
    async drained() {
      if (!ended)
        await Promise.race([
          new Promise((done) => stream.once('end', done)),
          new Promise((done) => setTimeout(done, 300)),
        ]);
    },
  };
}

/** Answers to requests may not be longer than a message; the stream of notifications has no end by itself. */
async function fetchCapped(
  url: string | URL,
  init: RequestInit | undefined,
  onTooLong: (error: Error) => void,
): Promise<Response> {
  const response = await fetch(url, init);
  if (init?.method !== 'POST' || response.body === null) return response;
  let bytes = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes <= MAX_MESSAGE_BYTES) return controller.enqueue(chunk);
      const error = new MessageTooLong();
      controller.error(error);
      onTooLong(error);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counted), { status, statusText, headers });
}

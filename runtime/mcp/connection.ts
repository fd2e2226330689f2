import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { messageOf, ToolkitError } from '../../core/errors.ts';
import { listAllTools } from './list-tools.ts';
import { redactor } from './redact.ts';
import { resultText } from './result-text.ts';
import type { ServerConfig } from './servers-file.ts';
import { openTransport } from './transport.ts';

export interface CallOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
}

export interface ServerConnection {
  name: string;
  /** What the server says about itself. */
  title: string | undefined;
  version: string | undefined;
  /** Every page of the tools, unchecked: see `checkListedTool`. */
  listTools(): Promise<unknown[]>;
  /** A protocol error (unknown tool, bad arguments) is a result with `isError`; a dead or silent server throws. */
  call(
    name: string,
    args: Record<string, unknown>,
    options?: CallOptions,
  ): Promise<{ content: string; isError: boolean }>;
  stderrTail(): string;
  /** What the server printed to stdout that was no message. */
  strayOutput(): string[];
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** The allow-listed environment; the config's own env comes on top. */
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** How long the server may take to answer the first request. */
  timeoutMs?: number;
}

const START_TIMEOUT_MS = 20_000;
const CALL_TIMEOUT_MS = 60_000;
const MAX_STRAY = 5;

/** Starts or reaches a server and shakes hands. @throws ToolkitError that names the server and what it did, secrets taken out */
export async function connectServer(config: ServerConfig, options: ConnectOptions): Promise<ServerConnection> {
  const { signal, env, timeoutMs = START_TIMEOUT_MS } = options;
  const redact = redactor(config);
  const { transport, stderrTail: rawTail, drained } = openTransport(config, env);
  const client = new Client({ name: 'dualtune', version: '0.1.0' });
  const stray: string[] = [];
  const stderrTail = () => redact(rawTail());
  client.onerror = (error) => {
    if (error instanceof SyntaxError && stray.length < MAX_STRAY) stray.push(redact(error.message.slice(0, 200)));
  };
  const fail = async (error: unknown, during: string): Promise<never> => {
    signal.throwIfAborted();
    await drained();
    throw describe({ config, error, during, stderr: stderrTail(), stray, redact, timeoutMs });
  };
  try {
    await client.connect(transport, { timeout: timeoutMs, signal });
  } catch (error) {
    await client.close().catch(() => {});
    await fail(error, 'starting');
  }
  const about = client.getServerVersion();
  return {
    name: config.name,
    title: about?.title ?? about?.name,
    version: about?.version,
    listTools: () =>
      listAllTools(client, config.name, { timeout: timeoutMs, signal }).catch((error) =>
        error instanceof ToolkitError ? Promise.reject(error) : fail(error, 'listing its tools'),
      ),
    call: async (name, args, { signal: callSignal = signal, timeoutMs: callTimeout = CALL_TIMEOUT_MS } = {}) => {
      try {
        const params = { name, arguments: args };
        const result = await client.request({ method: 'tools/call', params }, CallToolResultSchema, {
          timeout: callTimeout,
          signal: callSignal,
        });
        return { content: redact(resultText(result)), isError: result.isError === true };
      } catch (error) {
        if (isRefusal(error)) return { content: redact(messageOf(error)), isError: true };
        return fail(error, `calling ${name}`);
      }
    },
    stderrTail,
    strayOutput: () => [...stray],
    close: () => client.close(),
  };
}

/** JSON-RPC errors that a server sends on purpose: bad request, unknown method, bad arguments, internal error, its own codes. */
function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'number' && code !== -32000 && code !== -32001;
}

interface Failure {
  config: ServerConfig;
  error: unknown;
  during: string;
  stderr: string;
  stray: string[];
  redact: (text: string) => string;
  timeoutMs: number;
}

function describe({ config, error, during, stderr, stray, redact, timeoutMs }: Failure): ToolkitError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const program =
    config.kind === 'stdio'
      ? `\`${redact([config.command, ...config.args].join(' '))}\``
      : redact(config.url.replace(/\?.*$/, ''));
  const said = [
    stray.length > 0 ? `printed to stdout, which is for messages only: ${stray.join(' / ')}` : '',
    stderr && `last lines of stderr:\n${stderr}`,
  ]
    .filter((line) => line !== '')
    .join('\n');
  const where = `server ${config.name} (${program})`;
  const found = said || undefined;
  if (code === 'ENOENT' || code === 'EACCES') {
    const missing = config.kind === 'stdio' ? `${config.command} (in ${config.cwd})` : config.url;
    return new ToolkitError({
      kind: 'environment',
      what: `cannot start it: ${code}`,
      where,
      found: missing,
      todo: 'install the program, or correct `command` and `cwd`',
    });
  }
  if (code === -32001) {
    return new ToolkitError({
      kind: 'failed',
      what: `gave no answer in ${timeoutMs / 1000} s while ${during}`,
      where,
      found,
      todo:
        stray.length > 0
          ? 'make it log to stderr'
          : 'check that it speaks MCP over this transport and needs no further arguments',
    });
  }
  if (code === -32000)
    return new ToolkitError({
      kind: 'failed',
      what: `ended while ${during}`,
      where,
      found: found ?? 'nothing on stderr',
      todo: 'run its command by hand',
    });
  return new ToolkitError({
    kind: 'failed',
    what: `failed while ${during}: ${redact(messageOf(error))}`,
    where,
    found,
    cause: error,
  });
}

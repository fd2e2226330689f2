import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { messageOf, ToolkitError } from '../../core/errors.ts';
import { isSilence } from './broken.ts';
import { listAllTools } from './list-tools.ts';
import { MessageTooLong } from './message-too-long.ts';
import { redactor, redactProse, shownUrl } from './redact.ts';
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
  /** A protocol error (unknown tool, bad arguments, the server's own codes) is a result with `isError`; a dead or silent server throws. */
  call(
    name: string,
    args: Record<string, unknown>,
    options?: CallOptions,
  ): Promise<{ content: string; isError: boolean }>;
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
/** Of a result, in characters. */
const MAX_RESULT = 1_000_000;
/** A secret that the cut went through would no longer have its form. */
const LONGEST_SECRET = 4096;
/** The SDK's code for a request whose connection ended. A server may use it for errors of its own. */
const ENDED = -32000;

/** Starts or reaches a server and shakes hands. @throws ToolkitError that names the server and what it did, secrets taken out */
export async function connectServer(config: ServerConfig, options: ConnectOptions): Promise<ServerConnection> {
  return connectOnce(config, options).catch((error: unknown) => {
    if (!isStale(error)) throw error;
    return connectOnce(config, options);
  });
}

/** Whether an HTTP server closed an idle connection just when it was used again. Of a call it is not known whether it was made: that is told. */
function isStale(error: unknown): boolean {
  const socket = error instanceof Error && error.cause instanceof Error ? error.cause.cause : undefined;
  return socket instanceof Error && 'code' in socket && socket.code === 'UND_ERR_SOCKET';
}

async function connectOnce(config: ServerConfig, options: ConnectOptions): Promise<ServerConnection> {
  const { signal, env, timeoutMs: startTimeout = START_TIMEOUT_MS } = options;
  const redact = redactor(config);
  const { transport, stderrTail: rawTail, drained } = openTransport(config, env);
  const client = new Client({ name: 'dualtune', version: '0.1.0' });
  const stray: string[] = [];
  const stderrTail = () => redact(rawTail());
  let flood: MessageTooLong | undefined;
  let hasEnded = false;
  client.onclose = () => {
    hasEnded = true;
  };
  const isEnd = (error: unknown) => hasEnded && codeOf(error) === ENDED;
  client.onerror = (error) => {
    if (error instanceof MessageTooLong) flood = error;
    if (error instanceof SyntaxError && stray.length < MAX_STRAY) stray.push(redact(error.message).slice(0, 200));
  };
  const fail = async (
    error: unknown,
    during: string,
    used: { signal: AbortSignal; timeout: number },
  ): Promise<never> => {
    used.signal.throwIfAborted();
    await drained();
    throw describe({
      config,
      error: flood ?? error,
      isEnd: isEnd(error),
      during,
      stderr: stderrTail(),
      stray,
      redact,
      timeoutMs: used.timeout,
    });
  };
  const starting = { timeout: startTimeout, signal };
  try {
    await client.connect(transport, starting);
  } catch (error) {
    // The client's own `close` does nothing once the transport is closing.
    await transport.close().catch(() => {});
    await fail(error, 'starting', starting);
  }
  const about = client.getServerVersion();
  const title = about?.title ?? about?.name;
  return {
    name: config.name,
    title: title && redact(title),
    version: about?.version && redact(about.version),
    listTools: () =>
      listAllTools(client, config.name, starting)
        .then((tools) => tools.map((tool) => redactProse(tool, redact)))
        .catch((error) =>
          error instanceof ToolkitError ? Promise.reject(error) : fail(error, 'listing its tools', starting),
        ),
    call: async (name, args, { signal: callSignal = signal, timeoutMs = CALL_TIMEOUT_MS } = {}) => {
      const calling = { timeout: timeoutMs, signal: callSignal };
      try {
        const params = { name, arguments: args };
        const result = await client.request({ method: 'tools/call', params }, CallToolResultSchema, calling);
        return { content: redact(cut(resultText(result))), isError: result.isError === true };
      } catch (error) {
        if (flood === undefined && isRefusal(error) && !isEnd(error))
          return { content: redact(messageOf(error)), isError: true };
        return fail(error, `calling ${name}`, calling);
      }
    },
    strayOutput: () => [...stray],
    close: () => transport.close(),
  };
}

/** Down to the last white space before the limit. */
function cut(text: string): string {
  if (text.length <= MAX_RESULT) return text;
  const end = MAX_RESULT - LONGEST_SECRET;
  return text.slice(0, end) + text.slice(end, MAX_RESULT).replace(/\S+$/, '');
}

/** JSON-RPC errors that a server sends on purpose: bad request, unknown method, bad arguments, internal error, its own codes. */
function isRefusal(error: unknown): boolean {
  return typeof codeOf(error) === 'number' && !isSilence(error);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function afterSilence(during: string): string {
  if (during.startsWith('calling')) return 'raise `callTimeout` in workspace.yaml';
  return 'run the same command again if it had to be downloaded first (npx, uvx, docker); else check that it speaks MCP over this transport and needs no further arguments';
}

interface Failure {
  config: ServerConfig;
  error: unknown;
  /** Whether the connection ended. */
  isEnd: boolean;
  during: string;
  stderr: string;
  stray: string[];
  redact: (text: string) => string;
  timeoutMs: number;
}

function describe({ config, error, isEnd, during, stderr, stray, redact, timeoutMs }: Failure): ToolkitError {
  const code = codeOf(error);
  const program = redact(
    config.kind === 'stdio' ? `\`${[config.command, ...config.args].join(' ')}\`` : shownUrl(config.url),
  );
  const said = [
    stray.length > 0 ? `printed to stdout, which is for messages only: ${stray.join(' / ')}` : '',
    stderr && `last lines of stderr:\n${stderr}`,
  ]
    .filter((line) => line !== '')
    .join('\n');
  const where = `server ${config.name} (${program})`;
  const found = said || undefined;
  if (code === 'ENOENT' || code === 'EACCES') {
    const missing = config.kind === 'stdio' ? redact(`${config.command} (in ${config.cwd})`) : program;
    return new ToolkitError({
      kind: 'environment',
      what: `cannot start it: ${code}`,
      where,
      found: missing,
      todo: 'install the program, or correct `command` and `cwd`',
    });
  }
  if (isSilence(error)) {
    return new ToolkitError({
      kind: 'failed',
      what: `gave no answer in ${timeoutMs / 1000} s while ${during}`,
      where,
      found,
      cause: error,
      todo: stray.length > 0 ? 'make it log to stderr' : afterSilence(during),
    });
  }
  if (error instanceof MessageTooLong)
    return new ToolkitError({
      kind: 'failed',
      what: `sent ${error.message} while ${during}, and was ended`,
      where,
      todo: 'exclude the tool (`tools.exclude`), or make it answer less',
      cause: error,
    });
  if (isEnd)
    return new ToolkitError({
      kind: 'failed',
      what: `ended while ${during}`,
      where,
      found: found ?? 'nothing on stderr',
      todo: 'run its command by hand',
    });
  return new ToolkitError({
    kind: 'failed',
    what: `failed while ${during}: ${redact(reasonOf(error))}`,
    where,
    found,
    todo: config.kind === 'http' && error instanceof TypeError ? 'start the server, or correct its `url`' : undefined,
    cause: error,
  });
}

/** An answer of the wrong form by its first mistakes; a failed `fetch` by what made it fail. */
function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return 'an answer that is nested too deep';
  const issues = issuesOf(error);
  if (issues.length > 0) return `an answer of the wrong form (${issues.slice(0, 3).join('; ')})`;
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return messageOf(error);
  // Where a name has several addresses, the error of all of them has a code and no message.
  const code = 'code' in cause ? String(cause.code) : '';
  return `${messageOf(error)}: ${cause.message || code}`;
}

/** Of zod's errors, whichever version of it the SDK uses: their own message is many lines of JSON. */
function issuesOf(error: unknown): string[] {
  if (!(error instanceof Error) || !('issues' in error) || !Array.isArray(error.issues)) return [];
  return error.issues.map((issue: { path?: unknown[]; message?: unknown }) => {
    const path = issue.path?.join('.');
    return path ? `${path}: ${issue.message}` : String(issue.message);
  });
}

import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { ToolkitError } from '../../core/errors.ts';
import { type ProcessResult, runProcess } from '../../core/subprocess.ts';
import { runsOnProcessor } from './device.ts';
import { freePort } from './free-port.ts';
import { exchange, type ServerAddress } from './server-link.ts';

/** A llama-server to start. */
export interface ServerProgram {
  /** A path, or a name that is on the PATH. Default: `llama-server`. */
  binary?: string;
  /** The base, a GGUF file. */
  model: string;
  /** The child's whole environment, besides the key that it gets. */
  env: Readonly<Record<string, string>>;
  threads?: number;
  /** Type of the cached keys and values; f32 where figures are compared to those of another engine. */
  kvType?: 'f16' | 'f32';
  /** More arguments, such as `--n-gpu-layers 99`; they count more than ours. */
  args?: readonly string[];
}

export interface ServerSize {
  /** GGUF files of adapters. */
  adapters: readonly string[];
  /** Of each slot. */
  contextSize: number;
  slots: number;
}

export interface ServerProcess extends ServerAddress {
  /** Why it has ended; waits a moment, as a connection breaks before the process's end is known. */
  whyGone(): Promise<unknown>;
  stop(): Promise<void>;
}

const POLL_MS = 50;
const START_LIMIT_MS = 600_000;
const MOMENT_MS = 1000;

/**
 * Starts llama-server on a free port of loopback, with a key that only we know, and waits until its model is loaded.
 * The terminal's Ctrl-C does not reach it: what it is asked then can be finished.
 * @param signal ends the start; once the model is loaded only `stop` ends the server
 * @throws ToolkitError where it cannot be started or ends by itself, with its last lines
 */
export async function startServerProcess(
  program: ServerProgram,
  size: ServerSize,
  signal?: AbortSignal,
): Promise<ServerProcess> {
  const command = program.binary ?? 'llama-server';
  const attention = (await runsOnProcessor(program, command, signal)) ? ['--flash-attn', 'off'] : [];
  const port = await freePort();
  const address = { url: `http://127.0.0.1:${port}`, apiKey: randomBytes(16).toString('hex') };
  const ending = new AbortController();
  const over = new AbortController();
  signal?.addEventListener('abort', () => ending.abort(), { signal: over.signal });
  const ended = runProcess({
    name: 'llama-server',
    command,
    args: [...serverArguments(program, size, port), ...attention, ...(program.args ?? [])],
    env: { ...program.env, LLAMA_API_KEY: address.apiKey },
    signal: ending.signal,
    detached: true,
    onStdoutLine: () => {},
  }).then(
    (result): unknown => death(program, result),
    (error: unknown) => error,
  );
  const stop = async () => {
    ending.abort();
    await ended;
  };
  try {
    if (signal?.aborted) ending.abort();
    await Promise.race([healthy(address, over.signal), ended.then((reason) => Promise.reject(reason))]);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    over.abort();
  }
  const whyGone = () => Promise.race([ended, wait(MOMENT_MS, undefined, { ref: false })]);
  return { ...address, whyGone, stop };
}

function serverArguments(program: ServerProgram, { adapters, contextSize, slots }: ServerSize, port: number): string[] {
  const { model, threads = availableParallelism(), kvType = 'f16' } = program;
  for (const path of adapters) refuseComma(path);
  const options: [name: string, value: string | number][] = [
    ['--model', model],
    ['--host', '127.0.0.1'],
    ['--port', port],
    ['--parallel', slots],
    ['--ctx-size', contextSize * slots],
    ['--threads', threads],
    ['--cache-type-k', kvType],
    ['--cache-type-v', kvType],
    // The cache of prompts in memory, and the checkpoints in it, are not told apart by adapters.
    ['--cache-ram', 0],
    ['--ctx-checkpoints', 0],
  ];
  const lora = adapters.length === 0 ? [] : ['--lora', adapters.join(','), '--lora-init-without-apply'];
  return [...options.flat().map(String), '--no-kv-unified', '--no-webui', ...lora];
}

function refuseComma(path: string): void {
  if (!path.includes(',')) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'llama-server takes no path with a comma',
    where: path,
    todo: 'rename the folder or the file',
  });
}

async function healthy(address: ServerAddress, signal: AbortSignal): Promise<void> {
  const until = performance.now() + START_LIMIT_MS;
  while (performance.now() < until) {
    const answer = await exchange(address, '/health', undefined, signal).catch(() => undefined);
    if (answer?.status === 200) return;
    await wait(POLL_MS, undefined, { signal });
  }
  throw new ToolkitError({ kind: 'failed', what: `llama-server was not ready after ${START_LIMIT_MS / 1000} s` });
}

function death({ model }: ServerProgram, { exitCode, signal, stderrTail }: ProcessResult): ToolkitError {
  return new ToolkitError({
    kind: 'failed',
    what: `llama-server has ended (${signal ?? `exit code ${exitCode}`})`,
    where: model,
    found: stderrTail || 'it said nothing',
    todo: 'see its last lines: a file that it cannot read, too little memory, or an option that this release does not know',
  });
}

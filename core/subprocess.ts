import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { ToolkitError } from './errors.ts';

export interface ProcessOptions {
  /** For messages: `peft trainer`, `git`. */
  name: string;
  command: string;
  args: readonly string[];
  cwd?: string;
  /** What to do where there is no such program. */
  missing?: string;
  /** The whole environment of the child: nothing else is inherited. */
  env: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** It leads a process group of its own, which a terminal's Ctrl-C does not reach: `signal` ends it, and at the latest the end of this process. */
  detached?: boolean;
  /** Written to the child's stdin, which ends with it; else the child has none. A child that ends before reading all of it is no error. */
  stdin?: Readable;
  timeoutMs?: number;
  /** How long the child may take to end by itself after SIGTERM; 10 s where absent. */
  graceMs?: number;
  /** What a line callback throws ends the child, and is thrown when it has ended. */
  onStdoutLine?: (line: string) => void;
  onStderrLine?: (line: string) => void;
}

export interface ProcessResult {
  /** `undefined` when a signal ended it. */
  exitCode: number | undefined;
  signal: string | undefined;
  /** The last lines, for error messages. */
  stderrTail: string;
  stdout: string;
}

const TAIL_LINES = 20;
const GRACE_MS = 10_000;

/**
 * Runs a child process to its end; an abort ends it gracefully, then forcefully.
 * @returns also when the exit code is not 0: the caller knows what it means
 * @throws ToolkitError (environment) where the program cannot be started; (interrupted) on abort; what a line callback threw first
 */
export async function runProcess(options: ProcessOptions): Promise<ProcessResult> {
  const tail: string[] = [];
  const { tell, thrown, broken } = lineTeller();
  const child = execa(options.command, [...options.args], {
    cwd: options.cwd,
    env: { ...options.env },
    extendEnv: false,
    detached: options.detached ?? false,
    reject: false,
    ...(options.stdin === undefined ? { stdin: 'ignore' } : { input: options.stdin }),
    cancelSignal: options.signal ? AbortSignal.any([options.signal, broken]) : broken,
    forceKillAfterDelay: options.graceMs ?? GRACE_MS,
    timeout: options.timeoutMs,
    buffer: { stdout: options.onStdoutLine === undefined, stderr: false },
  });
  const forget = options.detached ? killAtExit(child) : () => {};
  const readStderr = async () => {
    for await (const line of child.iterable({ from: 'stderr' })) {
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      tell(options.onStderrLine, line);
    }
  };
  const readStdout = async () => {
    if (options.onStdoutLine === undefined) return;
    for await (const line of child.iterable({ from: 'stdout' })) tell(options.onStdoutLine, line);
  };
  const [result] = await Promise.all([child, readStderr().catch(() => {}), readStdout().catch(() => {})]);
  forget();
  if (thrown.length > 0) throw thrown[0];
  if (result.isCanceled) throw new ToolkitError({ kind: 'interrupted', what: `${options.name} was stopped` });
  if (result.code === 'ENOENT' || result.code === 'EACCES') {
    throw new ToolkitError({
      kind: 'environment',
      what: `cannot start ${options.name}: ${result.code}`,
      where: options.command,
      todo: options.missing ?? 'install it, or correct its path',
    });
  }
  if (result.timedOut) {
    throw new ToolkitError({
      kind: 'failed',
      what: `${options.name} took longer than ${options.timeoutMs} ms`,
      found: tail.join('\n'),
    });
  }
  return {
    exitCode: result.exitCode,
    signal: result.signal,
    stderrTail: tail.join('\n'),
    stdout: typeof result.stdout === 'string' ? result.stdout : '',
  };
}

/** What execa does for children that are not detached. @returns what takes it back */
function killAtExit(child: { kill(signal: 'SIGKILL'): boolean }): () => void {
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  return () => void process.removeListener('exit', kill);
}

/** Calls line callbacks until one throws: `broken` is aborted then, and nothing more is told. */
function lineTeller() {
  const stop = new AbortController();
  const thrown: unknown[] = [];
  const tell = (callback: ((line: string) => void) | undefined, line: string) => {
    if (thrown.length > 0) return;
    try {
      callback?.(line);
    } catch (error) {
      thrown.push(error);
      stop.abort();
    }
  };
  return { tell, thrown, broken: stop.signal };
}

import { resolve } from 'node:path';
import { CommanderError } from 'commander';
import type { Context } from '../../core/context.ts';
import { type ErrorKind, ToolkitError } from '../../core/errors.ts';
import { childEnvironments } from './environment.ts';
import { safeText } from './safe-text.ts';

const EXIT_CODES: Record<ErrorKind, number> = { input: 2, environment: 1, failed: 1, interrupted: 130 };

/** A full or read-only disk, a folder of somebody else, too many open files: no bug of the toolkit, wherever it happens. */
const REFUSED_BY_SYSTEM = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'EIO']);

/** Runs an entry point to its end and turns what it throws into a message and an exit code: 0 good, 1 failed, 2 bad usage or bad input. */
export async function runMain(main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  let interrupts = 0;
  const stop = () => {
    interrupts += 1;
    if (interrupts > 2) process.exit(130);
    controller.abort(new ToolkitError({ kind: 'interrupted', what: 'interrupted' }));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const outputLost = (error: Error) => controller.abort(lostOutput(error));
  for (const output of [process.stdout, process.stderr]) output.on('error', outputLost);
  try {
    await main(controller.signal);
    if (isIncomplete(controller.signal.reason)) throw controller.signal.reason;
    process.exitCode ??= 0;
  } catch (error) {
    process.exitCode = report(error, controller.signal);
  }
  // Native engines may keep the event loop alive.
  process.exit();
}

/**
 * The reader of a pipe went away (`| head`), or the terminal did: the work ends as with Ctrl-C, so that no child process is left behind. Where the output
 * cannot be written for another reason (the disk is full), what was written is not all.
 */
function lostOutput(error: Error): ToolkitError {
  const isGone = 'code' in error && ['EPIPE', 'EIO', 'ECONNRESET'].includes(String(error.code));
  if (isGone) return new ToolkitError({ kind: 'interrupted', what: `nobody reads the output: ${error.message}` });
  return new ToolkitError({
    kind: 'environment',
    what: `the output cannot be written: ${error.message}`,
    todo: 'free some space, or write it elsewhere, and run the same command again',
  });
}

function report(thrown: unknown, { aborted, reason }: AbortSignal): number {
  // What was waiting says no more than that it was aborted.
  const isTold = isIncomplete(reason) || (isAbort(thrown) && reason instanceof ToolkitError);
  const error = isTold ? reason : thrown;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ToolkitError) {
    process.stderr.write(`\n${error.kind === 'interrupted' ? '' : 'error: '}${safeText(error.message)}\n`);
    return EXIT_CODES[error.kind];
  }
  if (aborted) {
    process.stderr.write('\ninterrupted\n');
    return EXIT_CODES.interrupted;
  }
  if (error instanceof Error && 'code' in error && REFUSED_BY_SYSTEM.has(String(error.code))) {
    process.stderr.write(
      `\nerror: ${safeText(error.message)}\n  to do:    free what is lacking, or see who may write there, and run the same command again\n`,
    );
    return EXIT_CODES.environment;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`\nerror (a bug of the toolkit, please report it): ${safeText(trace)}\n`);
  return 1;
}

/** Whether work was ended because its output could not be written. */
function isIncomplete(reason: unknown): reason is ToolkitError {
  return reason instanceof ToolkitError && reason.kind !== 'interrupted';
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

export function makeContext(workspace: string, signal: AbortSignal): Context {
  return { workspace: resolve(workspace), signal, variables: process.env, ...childEnvironments(process.env) };
}

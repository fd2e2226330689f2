import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { z } from 'zod';
import { messageOf, ToolkitError } from '../../core/errors.ts';
import { type ProcessResult, runProcess } from '../../core/subprocess.ts';
import { OFFLINE_PYTHON } from '../offline-python.ts';

/** The interpreter of the project's Python environment and what its processes get. */
export interface PythonRun {
  python: string;
  env: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

const ErrorSchema = z.object({ type: z.literal('error'), what: z.string(), name: z.string().optional() });

/**
 * Runs a script of `trainers/python` on a request (JSON, on its stdin) and yields its events (JSON lines) as they come.
 * Ends the process when the caller stops reading.
 * @throws ToolkitError (failed) with the script's own error or its last lines; (environment) where it was killed
 */
export async function* runPythonScript<T>(
  script: string,
  request: unknown,
  schema: z.ZodType<T>,
  run: PythonRun,
): AsyncGenerator<T, void, undefined> {
  const stop = new AbortController();
  const signal = run.signal ? AbortSignal.any([run.signal, stop.signal]) : stop.signal;
  const events = new PassThrough({ objectMode: true });
  const running = execute(script, request, { ...run, signal }, (line) => {
    events.write(parseEvent(script, line, schema));
  }).then(
    () => events.end(),
    (error: Error) => events.destroy(error),
  );
  try {
    yield* events as AsyncIterable<T>;
  } finally {
    stop.abort();
    await running;
  }
}

async function execute(script: string, request: unknown, run: PythonRun, onEvent: (line: string) => void) {
  const result = await runProcess({
    name: script,
    command: run.python,
    args: [join(import.meta.dirname, '..', 'python', script)],
    env: { ...run.env, ...OFFLINE_PYTHON },
    signal: run.signal,
    stdin: Readable.from([JSON.stringify(request)]),
    onStdoutLine: onEvent,
  });
  if (result.exitCode !== 0) throw failure(script, result);
}

/** A script that told no error of its own. */
function failure(script: string, { exitCode, signal, stderrTail }: ProcessResult): ToolkitError {
  if (signal === 'SIGKILL')
    return new ToolkitError({
      kind: 'environment',
      what: `${script} was killed, most likely because memory ran out`,
      found: stderrTail || undefined,
      todo: 'see that there is enough memory and run the same command again: it goes on with what has not passed yet',
    });
  return new ToolkitError({
    kind: 'failed',
    what: `${script} ended with ${signal ?? `exit code ${exitCode}`}`,
    found: stderrTail || undefined,
  });
}

function parseEvent<T>(script: string, line: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new ToolkitError({ kind: 'failed', what: `${script} printed no event: ${messageOf(error)}`, found: line });
  }
  const failed = ErrorSchema.safeParse(value);
  if (failed.success)
    throw new ToolkitError({ kind: 'failed', what: failed.data.what, where: failed.data.name ?? script });
  return schema.parse(value);
}

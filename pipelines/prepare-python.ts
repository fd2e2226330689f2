import { PassThrough } from 'node:stream';
import type { Context } from '../core/context.ts';
import type { StageEvent } from '../core/event.ts';
import { ensurePython, type PythonPlace } from '../trainers/python-environment.ts';

/** Makes a Python environment, the project's own where none is named, where it is missing, telling as it goes. @returns the interpreter */
export async function* preparePython(
  context: Context,
  place?: PythonPlace,
): AsyncGenerator<StageEvent, string, undefined> {
  const events = new PassThrough({ objectMode: true });
  const python = ensurePython(context, (event) => events.write(event), place);
  python.then(
    () => events.end(),
    (error: Error) => events.destroy(error),
  );
  yield* events as AsyncIterable<StageEvent>;
  return python;
}

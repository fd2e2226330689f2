import type { Context } from '../core/context.ts';
import { readJsonl } from '../core/jsonl.ts';
import { type Trace, TraceSchema } from '../core/trace.ts';
import type { Settings } from './settings.ts';
import { importedPath, tracesPath } from './workspace-files.ts';

/** The files of traces that a workspace's samples are made of: the synthesized ones, then those of each source. */
export function traceFiles(context: Pick<Context, 'workspace'>, { sources }: Pick<Settings, 'sources'>): string[] {
  return [tracesPath(context), ...sources.map((_, index) => importedPath(context, index + 1))];
}

/** All traces of some files, one after another. */
export async function* readTraces(paths: readonly string[]): AsyncGenerator<Trace> {
  for (const path of paths) yield* readJsonl(path, TraceSchema);
}

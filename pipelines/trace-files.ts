import { resolve } from 'node:path';
import type { Context } from '../core/context.ts';
import { readJsonl } from '../core/jsonl.ts';
import { type Trace, TraceSchema } from '../core/trace.ts';
import type { Settings } from './settings.ts';
import { importedPath, tracesPath } from './workspace-files.ts';

/** The files of traces that samples are made of. */
export interface TraceFiles {
  /** Holds the test split, where it is given and not drawn. */
  heldOut?: string;
  /** The synthesized traces, then those of each source. */
  own: readonly string[];
}

/** Those of a workspace. */
export function traceFiles(
  context: Pick<Context, 'workspace'>,
  { sources, split }: Pick<Settings, 'sources' | 'split'>,
): TraceFiles {
  return {
    ...(split.heldOut !== undefined && { heldOut: resolve(context.workspace, split.heldOut) }),
    own: [tracesPath(context), ...sources.map((_, index) => importedPath(context, index + 1))],
  };
}

const HELD_OUT = 'held-out:';

/** All traces of some files, the given test split first; its ids get a prefix, as its workspace numbered its traces alike. */
export async function* readTraces({ heldOut, own }: TraceFiles): AsyncGenerator<{ trace: Trace; isHeldOut: boolean }> {
  if (heldOut !== undefined)
    for await (const trace of readJsonl(heldOut, TraceSchema))
      yield { trace: { ...trace, id: `${HELD_OUT}${trace.id.replace(HELD_OUT, '')}` }, isHeldOut: true };
  for (const path of own) for await (const trace of readJsonl(path, TraceSchema)) yield { trace, isHeldOut: false };
}

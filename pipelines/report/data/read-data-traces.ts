import { join } from 'node:path';
import type { Trace } from '../../../core/trace.ts';
import { readTraces } from '../../trace-files.ts';
import { heldOutPath, importedName, tracesPath } from '../../workspace-files.ts';
import { manifestOf, type Origin } from '../provenance.ts';

/** All traces that the samples were made of: a given test split first, the synthesized ones, then those of each source. */
export async function* readDataTraces(
  workspace: string,
  origins: readonly Origin[],
  signal: AbortSignal,
): AsyncGenerator<Trace> {
  const imported = manifestOf(origins, 'imported')?.files ?? {};
  const sources: string[] = [];
  while (importedName(sources.length + 1) in imported) sources.push(importedName(sources.length + 1));
  const own = [
    // Its traces are in no other file of the workspace.
    ...('heldOut' in (manifestOf(origins, 'samples')?.inputs ?? {}) ? [heldOutPath({ workspace })] : []),
    tracesPath({ workspace }),
    ...sources.map((name) => join(workspace, 'imported', name)),
  ];
  for await (const { trace } of readTraces({ own })) {
    signal.throwIfAborted();
    yield trace;
  }
}

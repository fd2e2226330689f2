import { ToolkitError } from '../../core/errors.ts';
import { seededRandom } from '../../core/random.ts';
import type { Catalogue } from '../../core/tool.ts';
import { findLeaks } from '../../datasets/find-leaks.ts';
import { type SplitResult, splitTraces } from '../../datasets/split-traces.ts';
import { type TraceEntry, traceEntry } from '../../datasets/trace-entry.ts';
import { traceValidator } from '../../datasets/validate-trace.ts';
import type { Settings } from '../settings.ts';
import { readTraces } from '../trace-files.ts';
import type { Tally } from './tally.ts';

/**
 * Reads the traces once, keeping only what the split needs, and deals them out.
 * @throws ToolkitError (failed) where anything alike stands on two sides: no figure measured on such a split is worth anything
 */
export async function splitFiles(
  paths: readonly string[],
  catalogue: Catalogue,
  settings: Settings,
  { rejects, signal }: { rejects: Tally; signal: AbortSignal },
): Promise<SplitResult> {
  const entries: TraceEntry[] = [];
  const why = traceValidator(catalogue);
  for await (const trace of readTraces(paths)) {
    signal.throwIfAborted();
    const reason = why(trace);
    if (reason === undefined) entries.push(traceEntry(trace));
    else rejects.add(reason);
  }
  const result = splitTraces(entries, settings.split, seededRandom(settings.seed, 'split'));
  for (const reason of result.rejected.values()) rejects.add(reason);
  if (result.splits.size === 0) throw nothingLeft(paths, rejects);
  const leaks = findLeaks(entries, result.splits, settings.split.similarity);
  if (leaks.length === 0) return result;
  throw new ToolkitError({
    kind: 'failed',
    what: `the split leaks: ${leaks.length} pairs of traces are alike on two sides`,
    where: paths.join(', '),
    found: leaks.slice(0, 5).join('; '),
    todo: 'this is an error in the toolkit: please report it with these traces',
  });
}

function nothingLeft(paths: readonly string[], rejects: Tally): ToolkitError {
  const reasons = Object.entries(rejects.counts()).map(([reason, count]) => `${count} × ${reason}`);
  return new ToolkitError({
    kind: 'input',
    what: 'no trace can be used',
    where: paths.join(', '),
    found: reasons.join('; ') || 'an empty file',
    todo: 'run `pnpm pipeline synthesize --force`',
  });
}

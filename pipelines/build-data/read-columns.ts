import { ToolkitError } from '../../core/errors.ts';
import type { Catalogue } from '../../core/tool.ts';
import { NumberColumn } from '../../datasets/number-column.ts';
import type { TraceColumns } from '../../datasets/trace-columns.ts';
import { traceEntry } from '../../datasets/trace-entry.ts';
import { TraceTable } from '../../datasets/trace-table.ts';
import { type TraceTrouble, traceValidator } from '../../datasets/validate-trace.ts';
import { readTraces, type TraceFiles } from '../trace-files.ts';
import type { Tally } from './tally.ts';

/** The good traces of some files. */
export interface ReadColumns {
  columns: TraceColumns;
  /** For each of them its number among all traces, from 0. */
  places: Uint32Array;
  /** How many of them, the first ones, are a given test split. */
  heldOutCount: number;
}

/** Reads and checks the traces, keeping only what the split needs. @throws ToolkitError (input) where one of a given test split is no good */
export async function readColumns(
  files: TraceFiles,
  catalogue: Catalogue,
  { rejects, signal }: { rejects: Tally; signal: AbortSignal },
): Promise<ReadColumns> {
  const table = new TraceTable();
  const places = new NumberColumn();
  const why = traceValidator(catalogue);
  let [place, heldOutCount] = [0, 0];
  for await (const { trace, isHeldOut } of readTraces(files)) {
    signal.throwIfAborted();
    const trouble = why(trace);
    if (trouble !== undefined && isHeldOut) throw unfit(files.heldOut!, place, trouble);
    if (isHeldOut) heldOutCount += 1;
    if (trouble === undefined) {
      table.add(traceEntry(trace));
      places.push(place);
    } else rejects.add(trouble.what);
    place += 1;
  }
  return { columns: table.columns(), places: places.values, heldOutCount };
}

/** Left out, it would make figures that are to be compared be of different steps. */
function unfit(path: string, place: number, trouble: TraceTrouble): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    ...trouble,
    what: `a held-out trace cannot be used: ${trouble.what}`,
    where: `${path}:${place + 1}`,
    todo: '`split.heldOut` wants the traces-test.jsonl of a workspace with the same catalogue',
  });
}

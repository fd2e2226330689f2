import type { Catalogue } from '../../core/tool.ts';
import { NumberColumn } from '../../datasets/number-column.ts';
import type { TraceColumns } from '../../datasets/trace-columns.ts';
import { traceEntry } from '../../datasets/trace-entry.ts';
import { TraceTable } from '../../datasets/trace-table.ts';
import { traceValidator } from '../../datasets/validate-trace.ts';
import { readTraces } from '../trace-files.ts';
import type { Tally } from './tally.ts';

/** The good traces of some files. */
export interface ReadColumns {
  columns: TraceColumns;
  /** For each of them its number among all traces, from 0. */
  places: Uint32Array;
}

/** Reads and checks the traces, keeping only what the split needs. */
export async function readColumns(
  paths: readonly string[],
  catalogue: Catalogue,
  { rejects, signal }: { rejects: Tally; signal: AbortSignal },
): Promise<ReadColumns> {
  const table = new TraceTable();
  const places = new NumberColumn();
  const why = traceValidator(catalogue);
  let place = 0;
  for await (const trace of readTraces(paths)) {
    signal.throwIfAborted();
    const trouble = why(trace);
    if (trouble === undefined) {
      table.add(traceEntry(trace));
      places.push(place);
    } else rejects.add(trouble.what);
    place += 1;
  }
  return { columns: table.columns(), places: places.values };
}

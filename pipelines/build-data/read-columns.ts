import { ToolkitError } from '../../core/errors.ts';
import type { Split } from '../../core/sample.ts';
import type { Catalogue } from '../../core/tool.ts';
import { dealKey } from '../../datasets/deal-key.ts';
import { NumberColumn } from '../../datasets/number-column.ts';
import type { TraceColumns } from '../../datasets/trace-columns.ts';
import { type TraceDigest, traceDigest, traceEntry } from '../../datasets/trace-entry.ts';
import { TraceTable } from '../../datasets/trace-table.ts';
import { type TraceTrouble, traceValidator } from '../../datasets/validate-trace.ts';
import { readTraces, type TraceFiles } from '../trace-files.ts';
import type { Dealt, DealtBefore } from './dealt.ts';
import type { Tally } from './tally.ts';

/** The good traces of some files: a given test split, then those that were dealt out before, then the others. */
export interface ReadColumns {
  columns: TraceColumns;
  /** For each of them its number among all traces, from 0; `NOWHERE` for one that is gone. */
  places: Uint32Array;
  /** How many traces there are in all. */
  count: number;
  /** How many of them, the first ones, are a given test split. */
  heldOutCount: number;
  /** Where they were dealt out before. */
  pins: (Split | undefined)[];
  /** Those that are gone and still count, as adapters may have learned from them. */
  gone: Dealt[];
}

/** Of a trace that is in no file. */
export const NOWHERE = 0xffff_ffff;

interface Reading {
  rejects: Tally;
  signal: AbortSignal;
  /** How traces were dealt out before; absent: they were not. */
  before?: DealtBefore;
}

/** Reads and checks the traces, keeping only what the split needs. @throws ToolkitError (input) where one of a given test split is no good */
export async function readColumns(
  files: TraceFiles,
  catalogue: Catalogue,
  { rejects, signal, before }: Reading,
): Promise<ReadColumns> {
  const table = new TraceTable();
  const places = new NumberColumn();
  const why = traceValidator(catalogue);
  const pins: (Split | undefined)[] = [];
  const there = new Set<string>();
  let [count, heldOutCount] = [0, 0];
  const add = (digest: TraceDigest, place: number, pin?: Split) => {
    table.add(traceEntry(digest));
    places.push(place);
    if (pin) pins[places.length - 1] = pin;
  };
  const read = async (isWanted: (isHeldOut: boolean, pin: Split | undefined) => boolean) => {
    let place = -1;
    for await (const { trace, isHeldOut } of readTraces(files)) {
      signal.throwIfAborted();
      place += 1;
      const key = before && !isHeldOut ? dealKey(trace) : '';
      const pin = before?.splits.get(key);
      if (!isWanted(isHeldOut, pin)) continue;
      if (pin !== undefined) there.add(key);
      const trouble = why(trace);
      if (trouble !== undefined && isHeldOut) throw unfit(files.heldOut!, place, trouble);
      if (isHeldOut) heldOutCount += 1;
      if (trouble === undefined) add(traceDigest(trace), place, pin);
      else rejects.add(trouble.what);
    }
    count = place + 1;
  };
  if (before) await read((isHeldOut, pin) => isHeldOut || pin !== undefined);
  const gone: Dealt[] = [];
  for await (const one of before?.gone(there) ?? []) {
    gone.push(one);
    add(one.digest, NOWHERE, one.split);
  }
  await read((isHeldOut, pin) => before === undefined || (!isHeldOut && pin === undefined));
  return { columns: table.columns(), places: places.values, count, heldOutCount, pins, gone };
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

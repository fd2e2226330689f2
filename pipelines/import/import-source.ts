import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { type ErrorDetails, ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { readJsonFile, writeJsonFile } from '../../core/json-file.ts';
import { openJsonl } from '../../core/jsonl.ts';
import type { Trace } from '../../core/trace.ts';
import { readRows } from '../../datasets/sources/read-rows.ts';
import { type RowMapper, rowTrace } from '../../datasets/sources/row-trace.ts';
import type { SourceFormat } from '../../datasets/sources/source-format.ts';
import type { SourceRow } from '../../datasets/sources/source-row.ts';
import type { TraceTrouble } from '../../datasets/validate-trace.ts';
import { addReject, RejectsSchema } from './reject-log.ts';

/** Rows between two progress events. */
const PROGRESS_EVERY = 1000;

/** What became of a source. */
const ImportedSchema = z.object({
  rows: z.number().int().nonnegative(),
  traces: z.number().int().nonnegative(),
  rejects: RejectsSchema,
});
export type Imported = z.infer<typeof ImportedSchema>;

export interface SourceWork {
  stage: string;
  /** For messages. */
  name: string;
  /** The file on this machine. */
  path: string;
  format: SourceFormat;
  mapper: RowMapper;
  /** Says why a trace cannot be used. */
  why: (trace: Trace) => TraceTrouble | undefined;
  /** Where the traces go. */
  output: string;
  signal: AbortSignal;
}

/** The record of a source that an interrupted run has finished. */
export async function finishedSource(output: string): Promise<Imported | undefined> {
  return existsSync(doneFile(output)) && existsSync(output)
    ? readJsonFile(doneFile(output), ImportedSchema)
    : undefined;
}

/** Turns the rows of a source into a file of traces. A bad row is counted with its reason, and the next one follows. */
export async function* importSource(work: SourceWork): AsyncGenerator<StageEvent, Imported, undefined> {
  const { stage, name, path, format, output, signal } = work;
  const imported: Imported = { rows: 0, traces: 0, rejects: {} };
  const traces = openJsonl(output);
  try {
    for await (const row of readRows(path, format)) {
      signal.throwIfAborted();
      imported.rows += 1;
      const result = usableTrace(row, work);
      if ('what' in result) addReject(imported.rejects, result);
      else await traces.write(result);
      imported.traces = traces.lines;
      if (imported.rows % PROGRESS_EVERY === 0)
        yield { type: 'progress', stage, done: imported.rows, note: `rows of ${name}, ${imported.traces} traces` };
    }
  } finally {
    await traces.close();
  }
  await writeJsonFile(doneFile(output), imported);
  return imported;
}

function usableTrace(row: SourceRow, { name, mapper, why }: SourceWork): Trace | ErrorDetails {
  const place = `${name}:${row.line}`;
  try {
    if ('trouble' in row) throw row.trouble;
    const trace = rowTrace(row.value, row.number, mapper);
    const trouble = why(trace);
    return trouble === undefined ? trace : { kind: 'input', where: place, found: trace.id, ...trouble };
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'input', what: 'nested too deep', where: place };
    if (!(error instanceof ToolkitError)) throw error;
    const { where } = error.details;
    return { ...error.details, where: where === undefined ? place : `${place}, ${where}` };
  }
}

/** A dot file: gone with the commit. */
function doneFile(output: string): string {
  return join(dirname(output), `.${basename(output)}.done.json`);
}

import { existsSync } from 'node:fs';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { lineEnds, readJsonl } from '../../core/jsonl.ts';
import { stepsOf, type Trace, TraceSchema } from '../../core/trace.ts';
import { WRITER } from './workshop.ts';

/** What is written down after each unit, so that an interrupted run goes on with the next, and a later one knows what it can keep. */
export const UnitSchema = z.object({
  unit: z.number().int(),
  /** Its name and its number among those of that name. */
  id: z.string(),
  name: z.string(),
  /** How many traces there are after it. */
  lines: z.number().int(),
  rejects: z.record(z.string(), z.number()),
});

/** A dot file: gone with the commit, not before it. */
export const UNITS_FILE = '.units.jsonl';
export const TRACES_FILE = 'traces.jsonl';
/** The same when all are made. */
export const UNITS_LIST = 'units.jsonl';
/** The hash of the older traces of which an interrupted run keeps some. */
const KEPT_FILE = '.kept';

export interface Resumed {
  units: number;
  traces: number;
  queries: Set<string>;
  rejects: Map<string, number>;
  /** How many units of a name came to no trace. */
  givenUp: Map<string, number>;
  /** Ids of the tools that the offline writer's traces call. */
  worked: Set<string>;
}

/**
 * Reads how far an interrupted run came, and cuts off a unit that was in flight.
 * @param kept hash of the older traces of which some are kept; empty: none. Of others it would be other units
 */
export async function resumeFrom(folder: string, kept = ''): Promise<Resumed> {
  const resumed = nothingDone();
  const units = join(folder, UNITS_FILE);
  const traces = join(folder, TRACES_FILE);
  const before = await readFile(join(folder, KEPT_FILE), 'utf8').catch(() => undefined);
  await writeFile(join(folder, KEPT_FILE), kept);
  if (!existsSync(units) || !existsSync(traces) || before !== kept) {
    // One without the other tells nothing, and both are appended to.
    await Promise.all([units, traces].map((path) => rm(path, { force: true })));
    return resumed;
  }
  const [unitEnds, traceEnds] = [await lineEnds(units), await lineEnds(traces)];
  await truncate(units, unitEnds.at(-1) ?? 0);
  for await (const unit of readJsonl(units, UnitSchema)) {
    if (unit.lines > traceEnds.length) break; // a crash may lose the trace of a unit that is in the log
    if (unit.lines === resumed.traces) addCounts(resumed.givenUp, { [unit.name]: 1 });
    resumed.units = unit.unit + 1;
    resumed.traces = unit.lines;
    addCounts(resumed.rejects, unit.rejects);
  }
  await truncate(units, unitEnds[resumed.units - 1] ?? 0);
  await truncate(traces, traceEnds[resumed.traces - 1] ?? 0);
  for await (const trace of readJsonl(traces, TraceSchema)) addTrace(resumed, trace);
  return resumed;
}

function nothingDone(): Resumed {
  return { units: 0, traces: 0, queries: new Set(), rejects: new Map(), givenUp: new Map(), worked: new Set() };
}

/** Keeps of a trace what later ones depend on. */
export function addTrace({ queries, worked }: Resumed, { messages, provenance }: Trace): void {
  queries.add(queryKey(String(messages[0]?.content)));
  // A teacher's traces come in no fixed order.
  if (provenance.writer !== WRITER || !provenance.executed) return;
  for (const { call, result } of stepsOf({ messages })) if (call && result && !result.isError) worked.add(call.tool);
}

export function addCounts(total: Map<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) total.set(name, (total.get(name) ?? 0) + count);
}

/** Queries that differ in case, marks or spaces only are the same. */
export function queryKey(query: string): string {
  return query
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}./_*-]+/gu, ' ')
    .trim();
}

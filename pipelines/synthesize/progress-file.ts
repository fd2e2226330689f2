import { existsSync } from 'node:fs';
import { readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonl } from '../../core/jsonl.ts';
import { TraceSchema } from '../../core/trace.ts';

/** What is written down after each unit, so that an interrupted run goes on with the next. */
const UnitSchema = z.object({
  unit: z.number().int(),
  lines: z.number().int(),
  rejects: z.record(z.string(), z.number()),
});

/** A dot file: gone with the commit, not before it. */
export const UNITS_FILE = '.units.jsonl';
export const TRACES_FILE = 'traces.jsonl';

export interface Resumed {
  units: number;
  traces: number;
  queries: Set<string>;
  rejects: Map<string, number>;
}

/** Reads how far an interrupted run came, and cuts off a unit that was in flight. */
export async function resumeFrom(folder: string): Promise<Resumed> {
  const resumed: Resumed = { units: 0, traces: 0, queries: new Set(), rejects: new Map() };
  const units = join(folder, UNITS_FILE);
  const traces = join(folder, TRACES_FILE);
  if (!existsSync(units) || !existsSync(traces)) {
    // One without the other tells nothing, and both are appended to.
    await Promise.all([units, traces].map((path) => rm(path, { force: true })));
    return resumed;
  }
  await cutPartialLine(units);
  await cutPartialLine(traces);
  for await (const unit of readJsonl(units, UnitSchema)) {
    resumed.units = unit.unit + 1;
    resumed.traces = unit.lines;
    addRejects(resumed.rejects, unit.rejects);
  }
  let bytes = 0;
  let lines = 0;
  for await (const trace of readJsonl(traces, TraceSchema.loose())) {
    if (lines === resumed.traces) break;
    lines += 1;
    bytes += Buffer.byteLength(JSON.stringify(trace)) + 1;
    resumed.queries.add(queryKey(String(trace.messages[0]?.content)));
  }
  await truncate(traces, bytes);
  return resumed;
}

export function addRejects(total: Map<string, number>, rejects: Record<string, number>): void {
  for (const [reason, count] of Object.entries(rejects)) total.set(reason, (total.get(reason) ?? 0) + count);
}

/** Queries that differ in case, marks or spaces only are the same. */
export function queryKey(query: string): string {
  return query
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}./_*-]+/gu, ' ')
    .trim();
}

/** A crash may leave half a line. */
async function cutPartialLine(path: string): Promise<void> {
  const content = await readFile(path);
  const end = content.lastIndexOf(10) + 1;
  if (end < content.length) await truncate(path, end);
}

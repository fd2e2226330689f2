import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { lineEnds, readJsonl } from '../../core/jsonl.ts';
import { changedFile, readManifest } from '../../core/manifest.ts';
import type { Catalogue } from '../../core/tool.ts';
import { stepsOf, type Trace, TraceSchema } from '../../core/trace.ts';
import { addTrace, type Resumed, TRACES_FILE, UNITS_LIST, UnitSchema } from './progress-file.ts';
import { isStillRespond } from './respond.ts';
import { retold } from './retold.ts';
import { basisOfAll, readBasis, type TraceBasis, unchangedTools, type WantedBasis } from './trace-basis.ts';

/** A unit of older traces that is not made again. */
export interface KeptUnit {
  id: string;
  name: string;
  rejects: Record<string, number>;
  /** Absent where it was given up. */
  trace(): Promise<Trace>;
  hasTrace: boolean;
}

/** What older traces have that is as good as new. */
export interface KeptUnits {
  /** Hash of the older traces. */
  hash: string;
  older: TraceBasis;
  /** Ids of then and now of the tools that are unchanged. */
  unchanged: ReadonlyMap<string, string>;
  /** By the id of now. */
  units: ReadonlyMap<string, KeptUnit>;
  /** Ids of the units that are not kept. */
  dropped: readonly string[];
  close(): Promise<void>;
}

export interface KeepOptions {
  /** Of the traces. */
  folder: string;
  wanted: WantedBasis;
  catalogue: Catalogue;
}

/** Finds which units of older traces can be kept: all whose calls are of unchanged tools. `undefined` where none can. */
export async function openKept({ folder, wanted, catalogue }: KeepOptions): Promise<KeptUnits | undefined> {
  const manifest = await readManifest(folder).catch(() => undefined);
  if (manifest === undefined || !existsSync(join(folder, UNITS_LIST))) return undefined;
  if ((await changedFile(folder, manifest)) !== undefined) return undefined;
  const older = await readBasis(folder);
  if (older === undefined || basisOfAll(manifest) !== basisOfAll(wanted.plan)) return undefined;
  const unchanged = unchangedTools(older, manifest, wanted);
  const traces = await open(join(folder, TRACES_FILE));
  const found = await findKept(traces, { folder, older, unchanged, catalogue });
  return { hash: manifest.hash, older, unchanged, ...found, close: () => traces.close() };
}

interface Finding extends Pick<KeptUnits, 'older' | 'unchanged'> {
  folder: string;
  catalogue: Catalogue;
}

async function findKept(file: FileHandle, finding: Finding): Promise<Pick<KeptUnits, 'units' | 'dropped'>> {
  const { folder, unchanged, catalogue } = finding;
  const ends = await lineEnds(join(folder, TRACES_FILE));
  const traces = readJsonl(join(folder, TRACES_FILE), TraceSchema);
  const units = new Map<string, KeptUnit>();
  const dropped: string[] = [];
  const tell = retold(finding);
  let before = 0;
  for await (const { id, name, lines, rejects } of readJsonl(join(folder, UNITS_LIST), UnitSchema)) {
    const [start, end] = [ends[lines - 2] ?? 0, ends[lines - 1]!];
    const trace = lines > before ? (await traces.next()).value : undefined;
    before = lines;
    const isKept = trace
      ? callsOf(trace).every((tool) => unchanged.has(tool)) && isStillRespond(trace, catalogue)
      : unchanged.has(toolIn(name));
    if (!isKept) {
      dropped.push(id);
      continue;
    }
    const [newId, newName] = [tell.unit(id), tell.unit(name)];
    const read = async () => tell.trace(TraceSchema.parse(JSON.parse(await textAt(file, start, end))));
    units.set(newId, { id: newId, name: newName, rejects, trace: read, hasTrace: trace !== undefined });
  }
  await traces.return(undefined); // closes the file
  return { units, dropped };
}

/** Of a trace among a million, so that not all are held in memory. */
async function textAt(file: FileHandle, start: number, end: number): Promise<string> {
  const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
  return buffer.toString('utf8');
}

function callsOf(trace: Trace): string[] {
  return stepsOf(trace).flatMap(({ call }) => (call === null ? [] : [call.tool]));
}

/** The tool that a unit is for, where its name tells one: `files.read`, `focus: files.read`. */
function toolIn(name: string): string {
  return name.replace(/^\w+: /, '');
}

/** Counts what kept units wrote as written, before anything is made. */
export async function countKept({ units }: Pick<KeptUnits, 'units'>, done: Resumed): Promise<void> {
  for (const unit of units.values()) if (unit.hasTrace) addTrace(done, await unit.trace());
}

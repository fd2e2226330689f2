import { ToolkitError } from '../../core/errors.ts';
import { type Broken, brokenBy } from '../../runtime/mcp/broken.ts';
import type { Sandbox, SandboxResult } from '../../runtime/sandbox.ts';
import type { ToolModel } from './concepts.ts';
import { MOST_SILENT } from './given-up.ts';
import { type Collection, fieldWords, type Harvest, harvest, mergeHarvests, type Row } from './harvest.ts';
import type { Slot } from './slots.ts';

/** What a server holds at the start of every trace, as its own read-only tools tell. */
export interface ServerState extends Harvest {
  /** The text of a file, where a tool of the server can read it. */
  textOf(path: string): Promise<string | undefined>;
}

const MAX_PROBES = 12;
const MAX_LISTED = 60;

/** Calls a server's read-only tools that need nothing to be known, and keeps the values that they show. */
export async function probeServer(sandbox: Sandbox, models: readonly ToolModel[]): Promise<ServerState> {
  const readers = models.filter(({ tool }) => tool.annotations.readOnlyHint === true && sandbox.mayExecute(tool));
  const parts: Harvest[] = [];
  const read = patientReader(sandbox);
  const ask = async (model: ToolModel, args: Record<string, unknown>, base: string) => {
    const content = await read(model, args);
    if (content !== undefined) parts.push(harvest(content, base === '.' ? '' : base));
  };
  const trivial = readers.flatMap((model) => {
    const args = trivialArguments(model.slots);
    return args === undefined ? [] : [{ model, args }];
  });
  for (const { model, args } of trivial.slice(0, MAX_PROBES)) await ask(model, args, '.');
  const lister = readers.find(({ concept }) => concept === 'list');
  if (lister !== undefined && !readers.some(({ concept }) => concept === 'tree')) await listDeeper(lister, parts, ask);
  return { ...mergeHarvests(parts), textOf: textReader(read, readers) };
}

/** What a tool says to a call; `undefined` where it cannot say it, or was silent too often. */
type Read = (model: ToolModel, args: Record<string, unknown>) => Promise<string | undefined>;

function patientReader(sandbox: Sandbox): Read {
  const silences = new Map<string, number>();
  return async ({ tool }, args) => {
    const before = silences.get(tool.id) ?? 0;
    if (before >= MOST_SILENT) return undefined;
    const result = await callUnlessBroken(sandbox, tool.id, args);
    if (result === 'silent') silences.set(tool.id, before + 1);
    return typeof result === 'object' && result.executed && !result.isError ? result.content : undefined;
  };
}

/**
 * Where the server ended or fell silent on the call, that spoils this call, not the whole run, and the sandbox starts the server anew.
 * A server that does not start throws.
 */
export async function callUnlessBroken(
  sandbox: Sandbox,
  toolId: string,
  args: Record<string, unknown>,
): Promise<SandboxResult | Broken> {
  try {
    return await sandbox.call(toolId, args);
  } catch (error) {
    const broken = error instanceof ToolkitError ? brokenBy(error) : undefined;
    if (broken === undefined) throw error;
    return broken;
  }
}

/** Nothing, the folder where the server starts, or what the user gave. */
function trivialArguments(slots: readonly Slot[]): Record<string, unknown> | undefined {
  const required = slots.filter((slot) => slot.required);
  const isKnown = ({ kind, array, given }: Slot) =>
    given !== undefined || (!array && (kind === 'folder' || kind === 'path'));
  if (!required.every(isKnown)) return undefined;
  return Object.fromEntries(required.map(({ name, given }) => [name, given?.[0] ?? '.']));
}

async function listDeeper(
  lister: ToolModel,
  parts: Harvest[],
  ask: (model: ToolModel, args: Record<string, unknown>, base: string) => Promise<void>,
): Promise<void> {
  const seen = new Set<string>();
  const slot = lister.slots.find(({ required }) => required)!;
  for (let next = unseen(parts, seen); next !== undefined && seen.size < MAX_LISTED; next = unseen(parts, seen)) {
    seen.add(next);
    await ask(lister, { [slot.name]: next }, next);
  }
}

function unseen(parts: readonly Harvest[], seen: ReadonlySet<string>): string | undefined {
  return mergeHarvests(parts).folders.find((path) => !seen.has(path));
}

function textReader(read: Read, readers: readonly ToolModel[]): ServerState['textOf'] {
  const texts = new Map<string, string | undefined>();
  const reader = readers.find(({ concept }) => concept === 'view');
  return async (path) => {
    if (reader === undefined) return undefined;
    if (!texts.has(path)) {
      const slot = reader.slots.find(({ required }) => required)!;
      texts.set(path, await read(reader, { [slot.name]: path }));
    }
    return texts.get(path);
  };
}

/** A field of a collection, and how well a parameter asks for it. */
export interface Field {
  collection: Collection;
  key: string;
}

/** The field whose name shares most words with the parameter's name and description. */
export function fieldFor(state: Harvest, slot: Slot): Field | undefined {
  let best: (Field & { score: number }) | undefined;
  for (const collection of state.collections) {
    for (const key of keysOf(collection)) {
      const words = fieldWords(collection.name, key);
      const score =
        2 * slot.nameWords.filter((word) => words.has(word)).length +
        slot.words.filter((word) => words.has(word)).length;
      if (score > (best?.score ?? 1)) best = { collection, key, score };
    }
  }
  return best;
}

/** The collection whose rows have exactly these members. */
export function collectionOf(state: Harvest, members: readonly Slot[]): Collection | undefined {
  const names = members
    .map(({ name }) => name)
    .sort()
    .join();
  return state.collections.find((collection) => keysOf(collection).sort().join() === names);
}

function keysOf({ rows }: Collection): string[] {
  return rows[0] === undefined ? [] : Object.keys(rows[0]);
}

export function valuesOf({ rows }: Collection, key: string): string[] {
  return [...new Set(rows.flatMap((row) => row[key]).filter((value) => typeof value === 'string'))];
}

/** The rows that a field's values point to: `relations.from` → `entities` by `name`. */
export function pointsTo(state: Harvest, { collection, key }: Field): Field | undefined {
  const values = valuesOf(collection, key);
  for (const other of state.collections) {
    for (const otherKey of keysOf(other)) {
      if (other === collection || !isKey(other, otherKey)) continue;
      const known = new Set(valuesOf(other, otherKey));
      if (values.length > 0 && values.every((value) => known.has(value))) return { collection: other, key: otherKey };
    }
  }
  return undefined;
}

/** Whether a field names its row: every value a text, no value twice. */
export function isKey({ rows }: Collection, key: string): boolean {
  const values = rows.map((row) => row[key]);
  return values.every((value) => typeof value === 'string') && new Set(values).size === rows.length && rows.length > 2;
}

/** Fields with few different values: kinds, states. They tell which rows are alike. */
export function kindKeys(collection: Collection): string[] {
  return keysOf(collection).filter((key) => {
    const values = valuesOf(collection, key);
    return (
      values.length > 0 &&
      values.length <= Math.max(3, collection.rows.length / 4) &&
      collection.rows.every((row) => typeof row[key] === 'string')
    );
  });
}

/** The word for what a row is: `person`. */
export function kindOfRow(collection: Collection, row: Row): string {
  const key = kindKeys(collection).find((candidate) => /type|kind|category|class/i.test(candidate));
  return key === undefined ? collection.name : String(row[key]);
}

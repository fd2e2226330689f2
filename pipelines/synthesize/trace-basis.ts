import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { hashJson, hashText } from '../../core/hash.ts';
import { readJsonFile } from '../../core/json-file.ts';
import type { StagePlan } from '../../core/manifest.ts';
import type { Catalogue, Tool } from '../../core/tool.ts';
import type { Settings } from '../settings.ts';

/** Beside the traces: what they were made for. */
export const BASIS_FILE = 'basis.json';

const ToolBasisSchema = z.object({
  server: z.string(),
  /** Hash of what its server says of it, but its name; word for word, which is what the prompt shows. */
  says: z.string(),
  /** Hash of the traces that called it when they were made: the same as long as they are kept. */
  made: z.string(),
  slug: z.string(),
});
type SaidTool = Omit<z.infer<typeof ToolBasisSchema>, 'made'>;

export const TraceBasisSchema = z.object({
  version: z.literal(1),
  /** By id. */
  tools: z.record(z.string(), ToolBasisSchema),
  /** The id that a tool had before, by the one of now. */
  renamed: z.record(z.string(), z.string()),
});
export type TraceBasis = z.infer<typeof TraceBasisSchema>;

/** What decides traces, as the plan or the manifest of their stage has it. */
type Decided = Pick<StagePlan, 'inputs' | 'settings' | 'seed'>;

/** What decides the traces that a plan would make. */
export interface WantedBasis {
  plan: Decided;
  tools: ReadonlyMap<string, SaidTool>;
}

export function wantedBasis(plan: StagePlan, catalogue: Catalogue): WantedBasis {
  return { plan, tools: new Map(catalogue.tools.map((tool) => [tool.id, saidOf(tool)])) };
}

function saidOf({ server, slug, description, inputSchema, annotations }: Tool): SaidTool {
  return { server, slug, says: hashText(JSON.stringify([description, inputSchema, annotations])) };
}

/** Hash of what decides all traces. */
export function basisOfAll({ inputs, settings, seed }: Decided): string {
  const { sandbox: _, safe: __, values: ___, ...common } = settings as Record<string, unknown>;
  const isOfAll = ([name]: [string, string]) => name !== 'catalogue' && !name.startsWith('data of ');
  return hashJson({ seed, common, inputs: Object.fromEntries(Object.entries(inputs).filter(isOfAll)) });
}

/** Hash of what decides the traces of a tool besides, but its name: what its server says of it, the settings for it, its server's data. */
function basisOf(id: string, { server, says }: SaidTool, { inputs, settings }: Decided): string {
  const { sandbox, safe, values } = settings as Pick<Settings, 'sandbox' | 'safe'> &
    Pick<Settings['synthesize'], 'values'>;
  const ids = [id, `${server}.*`];
  return hashJson({
    server,
    says,
    sandbox: sandbox[server],
    safe: ids.some((one) => safe.includes(one)),
    values: ids.map((one) => values[one]),
    data: inputs[`data of ${server}`],
  });
}

/** What the traces of a folder were made for; `undefined` where nothing says it, as beside traces that something else made. */
export async function readBasis(folder: string): Promise<TraceBasis | undefined> {
  const path = join(folder, BASIS_FILE);
  return existsSync(path) ? readJsonFile(path, TraceBasisSchema) : undefined;
}

/**
 * Which tools of older traces stand as they were, under the same name or a new one of the same server.
 * @param made the manifest of the older traces
 * @returns the id of now by the one of then; a tool that two others could be is none
 */
export function unchangedTools(older: TraceBasis, made: Decided, wanted: WantedBasis): Map<string, string> {
  const found = new Map<string, string>();
  const gone = new Map<string, string[]>();
  for (const [id, tool] of Object.entries(older.tools)) {
    const [then, now] = [basisOf(id, tool, made), wanted.tools.get(id)];
    if (now && basisOf(id, now, wanted.plan) === then) found.set(id, id);
    else if (now === undefined) gone.set(then, [...(gone.get(then) ?? []), id]);
  }
  const added = [...wanted.tools].filter(([id]) => !(id in older.tools));
  for (const [basis, some] of Map.groupBy(added, ([id, tool]) => basisOf(id, tool, wanted.plan))) {
    const before = gone.get(basis) ?? [];
    if (before.length === 1 && some.length === 1) found.set(before[0]!, some[0]![0]);
  }
  return found;
}

/** Ids of the tools whose traces are made anew, changed or added. */
export function madeAnew(unchanged: ReadonlyMap<string, string>, tools: readonly Tool[]): string[] {
  const kept = new Set(unchanged.values());
  return tools.map(({ id }) => id).filter((id) => !kept.has(id));
}

/** Those of them that were not there before. */
export function addedTools(
  { older, unchanged }: { older: TraceBasis; unchanged: ReadonlyMap<string, string> },
  tools: readonly Tool[],
): string[] {
  return madeAnew(unchanged, tools).filter((id) => !(id in older.tools));
}

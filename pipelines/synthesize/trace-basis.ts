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
  /** Hash of what decides the tool's traces but its name: what its server says of it, the settings, its server's data. */
  basis: z.string(),
  /** Hash of the traces that called it when they were made: the same as long as they are kept. */
  made: z.string(),
  slug: z.string(),
});
type ToolBasis = z.infer<typeof ToolBasisSchema>;

export const TraceBasisSchema = z.object({
  version: z.literal(1),
  /** Hash of what decides all traces. */
  all: z.string(),
  /** By id. */
  tools: z.record(z.string(), ToolBasisSchema),
  /** The id that a tool had before, by the one of now. */
  renamed: z.record(z.string(), z.string()),
});
export type TraceBasis = z.infer<typeof TraceBasisSchema>;

/** What decides the traces that a plan would make. */
export interface WantedBasis {
  all: string;
  tools: ReadonlyMap<string, Pick<ToolBasis, 'basis' | 'slug'>>;
}

/** @param plan of the traces: its inputs and settings, sorted out by what they decide */
export function wantedBasis(plan: StagePlan, settings: Settings, catalogue: Catalogue): WantedBasis {
  const { sandbox: _, safe: __, values: ___, ...common } = plan.settings as Record<string, unknown>;
  const isOfAll = ([name]: [string, string]) => name !== 'catalogue' && !name.startsWith('data of ');
  const inputs = Object.fromEntries(Object.entries(plan.inputs).filter(isOfAll));
  const all = hashJson({ seed: plan.seed, common, inputs });
  const basisOf = (tool: Tool) => hashJson({ all, ...ofTool(tool, plan, settings) });
  return { all, tools: new Map(catalogue.tools.map((tool) => [tool.id, { basis: basisOf(tool), slug: tool.slug }])) };
}

function ofTool(
  { id, server, description, inputSchema, annotations }: Tool,
  { inputs }: StagePlan,
  { sandbox, safe, synthesize: { values } }: Settings,
): Record<string, unknown> {
  const ids = [id, `${server}.*`];
  return {
    server,
    // Word for word: what the prompt shows.
    says: hashText(JSON.stringify([description, inputSchema, annotations])),
    sandbox: sandbox[server],
    safe: ids.some((one) => safe.includes(one)),
    values: ids.map((one) => values[one]),
    data: inputs[`data of ${server}`],
  };
}

/** What the traces of a folder were made for; `undefined` where nothing says it, as beside traces that something else made. */
export async function readBasis(folder: string): Promise<TraceBasis | undefined> {
  const path = join(folder, BASIS_FILE);
  return existsSync(path) ? readJsonFile(path, TraceBasisSchema) : undefined;
}

/**
 * Which tools of an older basis stand in the wanted one, under the same name or a new one of the same server.
 * @returns the id of now by the one of then; a tool that two others could be is none
 */
export function unchangedTools(older: TraceBasis, wanted: WantedBasis): Map<string, string> {
  const found = new Map<string, string>();
  if (older.all !== wanted.all) return found;
  const gone = new Map<string, string[]>();
  for (const [id, { basis }] of Object.entries(older.tools)) {
    const now = wanted.tools.get(id);
    if (now?.basis === basis) found.set(id, id);
    else if (now === undefined) gone.set(basis, [...(gone.get(basis) ?? []), id]);
  }
  const added = [...wanted.tools].filter(([id]) => !(id in older.tools));
  for (const [basis, some] of Map.groupBy(added, ([, tool]) => tool.basis)) {
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

import { createHash, type Hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { hashJson } from '../../core/hash.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { readJsonl } from '../../core/jsonl.ts';
import { changedFile, readManifest, type StagePlan } from '../../core/manifest.ts';
import type { Catalogue, Tool } from '../../core/tool.ts';
import { TraceSchema } from '../../core/trace.ts';
import type { Settings } from '../settings.ts';
import { readBasis } from '../synthesize/trace-basis.ts';
import type { TraceFiles } from '../trace-files.ts';
import { calledTools } from './dealt.ts';
import { samplePath } from './sample-path.ts';

/** Beside the samples: what the argument samples of each tool were made of. */
export const DATA_FILE = 'data.json';

/** It names a folder. */
const SlugSchema = z.string().regex(/^[a-z0-9][a-z0-9_-]*$/);

const EarlierNameSchema = z.object({ id: z.string(), slug: SlugSchema, data: z.string() });

const ToolDataSchema = z.object({
  /** Hash of what decides them, but for other tools. */
  basis: z.string(),
  /** Hash of those for training and validation as they were when the basis last changed: traces with other tools come and go since. */
  data: z.string(),
  /** Hash of what decides them, but for other tools and the tool's own name; absent in older files. */
  nameless: z.string().optional(),
  slug: SlugSchema.optional(),
  /** The names under which the same decided them, the last one first, with the data of then. */
  before: z.array(EarlierNameSchema).optional(),
  /** Hash of the tool's parameters and its name in prompts, and of what all tools' samples are made by: what an adapter has to have learned, whatever the description says. Absent in older files. */
  parameters: z.string().optional(),
});
export type ToolData = z.infer<typeof ToolDataSchema>;

export const DataBasisSchema = z.object({
  version: z.literal(1),
  /** Hash of the settings of the split. */
  deal: z.string(),
  /** By id. */
  tools: z.record(z.string(), ToolDataSchema),
  /** Hashes that samples had before, by the names of the inputs of adapters' plans, the last one first: an adapter of those may go on (`renewJob`). Absent in older files. */
  renewable: z.record(z.string(), z.array(z.string())).optional(),
});
export type DataBasis = z.infer<typeof DataBasisSchema>;

/** Hashes of what decides the argument samples of a tool (`ToolData`). */
export type ToolBasis = Required<Pick<ToolData, 'basis' | 'nameless' | 'slug' | 'parameters'>>;

/** What decides the samples that a plan would make. */
export interface WantedData {
  deal: string;
  /** By id. */
  bases: ReadonlyMap<string, ToolBasis>;
  /** The ids that tools had before, by those of now. */
  renamed: Readonly<Record<string, string>>;
}

/** @param plan of the samples */
export async function wantedData(
  plan: StagePlan,
  files: TraceFiles,
  { catalogue, settings }: { catalogue: Catalogue; settings: Settings },
): Promise<WantedData> {
  const [synthesized, ...imported] = files.own;
  const traces = await readBasis(dirname(synthesized!));
  const sources = await hashesOf(imported, catalogue.tools);
  const { seed, inputs } = plan;
  const { catalogue: _, traces: all, imported: __, distractors, ...prompt } = inputs;
  const { augment, ...own } = plan.settings as Record<string, unknown>;
  const deal = hashJson({ split: own.split, seed, heldOut: inputs.heldOut });
  // The prompt of a step shows them all, or only the one.
  const ofAll = settings.prompt.argumentTools === 'all' && {
    tools: catalogue.tools.map((tool) => JSON.stringify(Object.values(shownOf(tool)))),
    augment,
    distractors,
  };
  const basisOf = (tool: Tool): ToolBasis => {
    const decided = {
      seed,
      own,
      prompt,
      traces: traces?.tools[tool.id]?.made ?? all,
      sources: sources.get(tool.id),
    };
    const { id: _, promptName: __, ...said } = shownOf(tool);
    return {
      basis: hashJson({ ...decided, shown: ofAll || JSON.stringify(Object.values(shownOf(tool))) }),
      nameless: hashJson({ ...decided, shown: ofAll || JSON.stringify(Object.values(said)) }),
      slug: tool.slug,
      parameters: hashJson({ seed, own, prompt, name: tool.promptName, schema: tool.inputSchema }),
    };
  };
  const bases = new Map(catalogue.tools.map((tool) => [tool.id, basisOf(tool)]));
  return { deal, bases, renamed: traces?.renamed ?? {} };
}

/** Hashed word for word: equal hashes of a tool may stand for schemas in another order. */
function shownOf({ id, promptName, description, inputSchema, annotations }: Tool) {
  return { id, promptName, description, inputSchema, annotations };
}

/** A hash over what is said in the traces of some files that call a tool, by id. */
async function hashesOf(paths: readonly string[], tools: readonly Tool[]): Promise<Map<string, string>> {
  const sums = new Map<string, Hash>();
  for (const path of paths)
    for await (const trace of readJsonl(path, TraceSchema))
      for (const id of calledTools(trace)) {
        const sum = sums.get(id) ?? createHash('sha256');
        sums.set(id, sum.update(`${JSON.stringify(trace.messages)}\n`));
      }
  const known = tools.filter(({ id }) => sums.has(id));
  return new Map(known.map(({ id }) => [id, sums.get(id)!.digest('hex')]));
}

/** What complete samples were made of; `undefined` where nothing says it. */
export async function readData(folder: string): Promise<DataBasis | undefined> {
  const path = join(folder, DATA_FILE);
  return existsSync(path) ? readJsonFile(path, DataBasisSchema) : undefined;
}

/** Older samples that the new ones go on from. */
export interface OlderData extends DataBasis {
  /** Hashes of the files, by path inside the folder. */
  files: Readonly<Record<string, string>>;
}

/** What older samples were made of whose split stays: with the same settings, and as they were made. */
export async function readOlderData(folder: string, { deal }: WantedData): Promise<OlderData | undefined> {
  const manifest = await readManifest(folder).catch(() => undefined);
  if (manifest === undefined || (await changedFile(folder, manifest)) !== undefined) return undefined;
  const older = await readData(folder);
  return older?.deal === deal ? { ...older, files: manifest.files } : undefined;
}

/** The ids of now by those of then, of the tools of older samples that have another name. */
export function renamedData(older: DataBasis, { renamed }: WantedData): Map<string, string> {
  const named = Object.entries(renamed).filter(([now, before]) => before in older.tools && !(now in older.tools));
  return new Map(named.map(([now, before]) => [before, now]));
}

/** The names that a tool had while all else that decides its samples was the same, the last one first. */
export function earlierNames(
  id: string,
  { nameless }: ToolBasis,
  { older, renamed }: { older: DataBasis | undefined } & Pick<WantedData, 'renamed'>,
): ToolData['before'] {
  const last = older && id in older.tools ? id : renamed[id];
  const data = last === undefined ? undefined : older?.tools[last];
  if (data?.nameless !== nameless || data.slug === undefined) return undefined;
  return [{ id: last!, slug: data.slug, data: data.data }, ...(data.before ?? [])];
}

/** Files of the samples that adapters of all tools see, as their plans' inputs name them. */
const SEEN_BY_ALL = (['selector', 'monolithic'] as const).map((task) => `train/${samplePath(task)}`);

/**
 * What an adapter may have learned from and go on: samples of the same split, whose tools had the parameters that they have now, or are gone. Nothing
 * where tools were added: what an adapter has never seen it is to learn at the full rate.
 */
export function renewableData(older: OlderData | undefined, { bases, renamed }: WantedData): DataBasis['renewable'] {
  if (older === undefined) return {};
  const wasThere = (id: string) => id in older.tools || (renamed[id] ?? '') in older.tools;
  if (![...bases.keys()].every(wasThere)) return {};
  const ofTools = Object.entries(older.tools).filter(([id, { parameters }]) => {
    const now = bases.get(id);
    return now === undefined || now.parameters === parameters;
  });
  const last = [
    ...SEEN_BY_ALL.flatMap((file) => (file in older.files ? [[file, older.files[file]!] as const] : [])),
    ...ofTools.map(([id, { data }]) => [dataOf(id), data] as const),
  ];
  const all = new Map(Object.entries(older.renewable ?? {}));
  return Object.fromEntries(last.map(([name, hash]) => [name, [...new Set([hash, ...(all.get(name) ?? [])])]]));
}

/** The name of the input that is the data of a tool. */
export function dataOf(tool: string): string {
  return `data of ${tool}`;
}

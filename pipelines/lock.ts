import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import type { StageEvents } from '../core/event.ts';
import { hashJson } from '../core/hash.ts';
import { readJsonFile, writeJsonFile } from '../core/json-file.ts';
import { readManifest } from '../core/manifest.ts';
import { PromptFileSchema } from '../core/prompt/prompt-file.ts';
import { TaskSchema } from '../core/sample.ts';
import { unwritable } from '../core/stage.ts';
import { type Catalogue, CatalogueSchema } from '../core/tool.ts';
import { fieldHashes } from '../core/tool-fields.ts';
import { trainedAdapters } from './convert/trained-adapters.ts';
import { trainedOn } from './made-samples.ts';
import { cataloguePath } from './workspace-files.ts';

/** In the workspace; for users to commit. */
export const LOCK_FILE = 'catalogue.lock';

const LockedToolSchema = z.strictObject({
  hash: z.string(),
  /** Of each field; formatting makes no difference. */
  description: z.string(),
  inputSchema: z.string(),
  annotations: z.string(),
});

const LockedAdapterSchema = z.strictObject({
  task: TaskSchema,
  /** Ids of the tools whose arguments it writes. */
  tools: z.array(z.string()),
  /** Hashes of the base, its chat template, the recipe's values that decide the adapter, the data, and what was made of them. */
  base: z.string(),
  template: z.string(),
  recipe: z.string(),
  data: z.string(),
  hash: z.string(),
});

const LockSchema = z.strictObject({
  version: z.literal(1),
  catalogue: z.string(),
  /** By id. */
  tools: z.record(z.string(), LockedToolSchema),
  /** By name. */
  adapters: z.record(z.string(), LockedAdapterSchema),
  /** Over all of the above. */
  hash: z.string(),
});
export type Lock = z.infer<typeof LockSchema>;

/** Writes `catalogue.lock`: what the workspace's adapters were made for. @throws ToolkitError (input) where there is no adapter */
export async function* lock(context: Context): StageEvents {
  const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const tools = catalogue.tools.map((tool) => [tool.id, { hash: tool.hash, ...fieldHashes(tool) }] as const);
  const adapters = await lockedAdapters(context, catalogue);
  const content = { version: 1 as const, catalogue: catalogue.hash, tools: sorted(tools), adapters: sorted(adapters) };
  const value: Lock = { ...content, hash: hashJson(content) };
  // One that somebody broke is written anew.
  const before = await readLock(context).catch(() => undefined);
  if (before?.hash === value.hash) return yield { type: 'skipped', stage: 'lock', reason: 'fresh: nothing changed' };
  await writeLock(join(context.workspace, LOCK_FILE), value);
  const counts = { tools: tools.length, adapters: adapters.length };
  yield { type: 'done', stage: 'lock', folder: context.workspace, counts };
}

/** Where it is a link, as to a file of a repository, it stays one. */
async function writeLock(path: string, value: Lock): Promise<void> {
  try {
    await writeJsonFile(await realpath(path).catch(() => path), value);
  } catch (error) {
    throw unwritable(path, error);
  }
}

async function lockedAdapters({ workspace }: Context, catalogue: Catalogue) {
  const { template } = await readJsonFile(join(workspace, 'samples', 'prompt.json'), PromptFileSchema);
  const adapters = await trainedAdapters(workspace, catalogue);
  return Promise.all(
    adapters.map(async ({ name, task, tools, folder, hash }) => {
      const { inputs, settings, seed } = (await readManifest(folder))!;
      const data = trainedOn(inputs);
      const entry: Lock['adapters'][string] = {
        task,
        tools: tools.map(({ id }) => id).sort(),
        base: inputs.base ?? '',
        template,
        recipe: hashJson({ settings, seed }),
        data: hashJson(data),
        hash,
      };
      return [name, entry] as const;
    }),
  );
}

function sorted<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** `undefined`: there is none. @throws ToolkitError (input) where somebody edited it */
export async function readLock({ workspace }: Pick<Context, 'workspace'>): Promise<Lock | undefined> {
  const where = join(workspace, LOCK_FILE);
  const todo = 'run `pnpm pipeline run`, which writes it, and commit it';
  if (!existsSync(where)) return;
  const { hash, ...content } = await readJsonFile(where, LockSchema).catch((error: unknown) => {
    throw error instanceof ToolkitError ? new ToolkitError({ ...error.details, todo }) : error;
  });
  if (hashJson(content) === hash) return { ...content, hash };
  throw new ToolkitError({
    kind: 'input',
    what: 'its hash is not that of its content: it was edited, or merged by hand',
    where,
    expected: hashJson(content),
    found: hash,
    todo,
  });
}

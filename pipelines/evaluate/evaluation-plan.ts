import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import { messageOf, ToolkitError } from '../../core/errors.ts';
import { hashFile } from '../../core/hash.ts';
import { readManifest, type StagePlan } from '../../core/manifest.ts';
import type { Settings } from '../settings.ts';
import type { SystemName } from './systems.ts';

export interface EvaluationChoice {
  /** Instead of those in the settings. */
  systems?: readonly SystemName[];
  /** JSON-lines file of the user's own queries with golds, instead of the held-out traces. */
  queries?: string;
}

/** What an evaluation reads and would make. @throws ToolkitError (input) where a stage before it is not complete */
export async function planEvaluation(
  context: Context,
  settings: Settings,
  { systems, queries }: EvaluationChoice = {},
): Promise<StagePlan> {
  const cases: Record<string, string> =
    queries === undefined
      ? { samples: await stageHash(context, 'samples', 'build-data') }
      : { queries: await hashQueries(queries) };
  return {
    stage: 'evaluate',
    folder: join(context.workspace, 'evaluation'),
    inputs: {
      catalogue: await stageHash(context, 'catalogue', 'discover'),
      bundle: await stageHash(context, 'bundle', 'convert'),
      ...cases,
    },
    settings: { ...settings.evaluate, systems: systems ?? settings.evaluate.systems },
    seed: settings.seed,
  };
}

async function hashQueries(path: string): Promise<string> {
  return hashFile(path).catch((error: unknown) => {
    throw new ToolkitError({
      kind: 'input',
      what: `cannot read the queries: ${messageOf(error)}`,
      where: path,
      expected: 'a file of JSON lines {id, server?, query, gold: {name, arguments | possible}, also_ok?}',
      cause: error,
    });
  });
}

async function stageHash(context: Context, folder: string, stage: string): Promise<string> {
  const place = join(context.workspace, folder);
  const manifest = await readManifest(place);
  if (manifest) return manifest.hash;
  throw new ToolkitError({
    kind: 'input',
    what: `${folder} is not complete`,
    where: place,
    todo: `run \`pnpm pipeline ${stage}\` first`,
  });
}

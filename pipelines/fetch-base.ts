import type { Context } from '../core/context.ts';
import type { StageEvents } from '../core/event.ts';
import { downloadModel } from '../core/hub/download-model.ts';
import { hubAccess } from '../core/hub/hub-access.ts';
import { isHubReference } from '../core/hub/hub-model.ts';
import type { StagePlan } from '../core/manifest.ts';
import { loadRecipe } from '../recipes/load.ts';
import { baseCache, baseFolder, hubModelOf } from './base-folder.ts';
import { recipesOf, type Settings } from './settings.ts';

const STAGE = 'fetch-base';

/** Nothing: a base is no artefact of the workspace. @throws ToolkitError (input) where one is not on this machine yet */
export async function planFetchBase(context: Context, settings: Settings): Promise<StagePlan[]> {
  for (const base of await hubBases(context, settings)) baseFolder(context, base);
  return [];
}

/**
 * Downloads the bases that workspace.yaml and its recipes name by `hub:owner/name@commit`, into a cache that workspaces share.
 * @throws ToolkitError for a branch or a tag: it says the commit
 */
export async function* fetchBase(context: Context, settings: Settings): StageEvents {
  const bases = await hubBases(context, settings);
  if (bases.length === 0) yield { type: 'skipped', stage: STAGE, reason: 'the base is a folder on this machine' };
  for (const base of bases) {
    const access = hubAccess(context);
    const folder = yield* downloadModel(hubModelOf(base), { cache: baseCache(context), stage: STAGE, access });
    yield { type: 'done', stage: STAGE, folder, counts: { bases: 1 } };
  }
}

async function hubBases(context: Context, settings: Settings): Promise<string[]> {
  const recipes = Object.values(recipesOf(settings)).map((name) => loadRecipe(name, { folder: context.workspace }));
  const named = (await Promise.all(recipes)).flatMap(({ recipe }) => recipe.base ?? []);
  return [...new Set([settings.base, ...named])].filter(isHubReference);
}

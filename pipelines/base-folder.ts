import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import { type HubModel, hubModelName, isCommit, isHubReference, parseHubModel } from '../core/hub/hub-model.ts';
import { isFetched, modelFolder } from '../core/hub/kept-model.ts';
import { EMBEDDED_BASE } from '../core/project.ts';

type Place = Pick<Context, 'workspace' | 'variables'>;

/**
 * Absolute path of a base's folder.
 * @param base `embedded`, `hub:owner/name@commit`, or a folder, relative to the workspace
 * @throws ToolkitError (input) where it is of the Hub and was not fetched yet
 */
export function baseFolder(context: Place, base: string): string {
  if (base === 'embedded') return EMBEDDED_BASE;
  if (!isHubReference(base)) return resolve(context.workspace, base);
  const model = hubModelOf(base);
  const folder = modelFolder(baseCache(context), model);
  if (isCommit(model.revision) && isFetched(folder)) return folder;
  throw new ToolkitError({
    kind: 'input',
    what: `the base ${hubModelName(model)} is not on this machine`,
    where: folder,
    todo: 'run `pnpm pipeline fetch-base` first: it says how large it is, and downloads it',
  });
}

/** The model that `hub:…` names. @throws ToolkitError (input) where it is not written so */
export function hubModelOf(base: string): HubModel {
  const model = parseHubModel(base);
  if (model !== undefined) return model;
  throw new ToolkitError({
    kind: 'input',
    what: 'wrong value of `base`',
    expected:
      'hub:owner/name@commit, for example hub:Qwen/Qwen2.5-0.5B-Instruct@7ae557604adf67be50417f59c2c2f167def9a775',
    found: base,
  });
}

/** Where bases of the Hub are kept: one place for all workspaces of a user. */
export function baseCache(context: Place): string {
  return join(userCache(context), 'bases');
}

/** Where the trainings of all workspaces of a user say which GPUs of this machine they are on; apart by host, as homes are shared in clusters. */
export function gpuLocks(context: Place): string {
  return join(userCache(context), 'gpus', hostname());
}

function userCache({ variables = {} }: Place): string {
  const own = variables.XDG_CACHE_HOME || (process.platform === 'win32' && variables.LOCALAPPDATA);
  return join(own || join(homedir(), '.cache'), 'dualtune');
}

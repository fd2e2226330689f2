import { join, relative, resolve, sep } from 'node:path';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { hubAccess } from '../../core/hub/hub-access.ts';
import { isHubReference } from '../../core/hub/hub-model.ts';
import { realPlace } from '../../core/real-place.ts';
import type { Settings } from '../settings.ts';
import { commandTarget } from './command-target.ts';
import { folderTarget } from './folder-target.ts';
import { hubTarget } from './hub-target.ts';
import type { Target } from './target.ts';

/** What stages of a workspace make, finished or not. */
const STAGE_FOLDER =
  /^(catalogue|traces|imported|samples|adapters|bundle|evaluation(-.+)?|offers|report|release)(\.(partial|old))?$/;
const REPOSITORY = /^hub:([A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*)$/;

/** Where the workspace's releases go; `undefined` where nothing says. @throws ToolkitError (input) where it is not written rightly */
export function openTarget(context: Context, { publish }: Pick<Settings, 'publish'>): Target | undefined {
  const { to } = publish;
  if (to === undefined) return undefined;
  if (typeof to !== 'string') return commandTarget(to, context);
  if (!isHubReference(to)) return folderTarget(folderOf(to, context), context.signal);
  const name = REPOSITORY.exec(to)?.[1];
  if (name !== undefined) return hubTarget({ name, public: publish.public, access: hubAccess(context) });
  throw new ToolkitError({
    kind: 'input',
    what: 'this names no repository of the Hub',
    where: '--to or `publish.to`',
    expected: 'hub:owner/name',
    found: to,
  });
}

function folderOf(to: string, { workspace }: Context): string {
  const scheme = /^([a-z][\w+.-]*):\/\//i.exec(to)?.[1];
  if (scheme === undefined) return outsideOfStages(resolve(workspace, to), workspace);
  throw new ToolkitError({
    kind: 'input',
    what: `there is no client for ${scheme}:// here`,
    where: 'publish.to',
    expected: 'hub:owner/name, a folder, or {command: […]}',
    found: to,
    todo: 'let the program that you use send the release, for example `to: {command: [sh, -c, \'aws s3 sync "$RELEASE_FOLDER" "s3://bucket/$RELEASE_NAME"\'], variables: [AWS_PROFILE]}`, or mount it as a folder',
  });
}

/** A stage's folder is made anew as a whole: what was published into it would be gone with the next run. */
function outsideOfStages(folder: string, workspace: string): string {
  const [top = ''] = relative(realPlace(workspace), realPlace(folder)).split(sep);
  if (!STAGE_FOLDER.test(top)) return folder;
  throw new ToolkitError({
    kind: 'input',
    what: 'a stage of this workspace makes that folder anew: what is published there would be lost',
    where: join(workspace, top),
    found: folder,
    todo: 'choose another folder for --to or `publish.to`',
  });
}

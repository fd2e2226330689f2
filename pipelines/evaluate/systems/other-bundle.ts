import { join, resolve } from 'node:path';
import { type Bundle, BundleSchema } from '../../../core/bundle.ts';
import { ToolkitError } from '../../../core/errors.ts';
import { readJsonFile } from '../../../core/json-file.ts';
import type { BundlePlace } from '../../../runtime/bundle-adapters.ts';

/** What two bundles have in common whose adapters can be compared, with how it is called. */
const SAME: readonly (readonly [what: string, of: (bundle: Bundle) => string])[] = [
  ['weights', ({ base }) => base.sha256],
  ['prompts', ({ prompt }) => prompt.renderer],
  ['tools', ({ catalogue }) => catalogue],
];

/**
 * Opens another bundle beside that of the workspace.
 * @param path its folder, relative to the workspace
 * @throws ToolkitError (input) where there is none, or its adapters belong to another base, other prompts or other tools
 */
export async function otherBundle(workspace: string, ours: Bundle, path: string): Promise<BundlePlace> {
  const folder = resolve(workspace, path);
  const bundle = await readJsonFile(join(folder, 'bundle.json'), BundleSchema);
  const other = SAME.find(([, of]) => of(bundle) !== of(ours));
  if (other === undefined) return { bundle, folder };
  const [what, of] = other;
  throw new ToolkitError({
    kind: 'input',
    what: `the bundle is for other ${what} than that of the workspace, so that its adapters cannot be compared`,
    where: folder,
    expected: of(ours),
    found: of(bundle),
  });
}

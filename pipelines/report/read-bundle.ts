import { type Bundle, BundleSchema } from '../../core/bundle.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { bundlePath } from '../workspace-files.ts';

/** The bundle of a workspace. @throws ToolkitError (input) where there is none */
export async function readBundle(workspace: string): Promise<Bundle> {
  return readJsonFile(bundlePath({ workspace }), BundleSchema);
}

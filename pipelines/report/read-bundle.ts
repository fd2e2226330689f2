import { existsSync } from 'node:fs';
import { type Bundle, BundleSchema } from '../../core/bundle.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { bundlePath } from '../workspace-files.ts';

/** The bundle of a workspace; `undefined` where adapters were evaluated that are no longer there. */
export async function readBundle(workspace: string): Promise<Bundle | undefined> {
  const path = bundlePath({ workspace });
  return existsSync(path) ? readJsonFile(path, BundleSchema) : undefined;
}

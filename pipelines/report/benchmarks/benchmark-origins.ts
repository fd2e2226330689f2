import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../../core/manifest.ts';
import type { Origin, OriginReader } from '../provenance.ts';

/** Hashes of what a report is about; absent: it is not there. */
export interface BenchmarkSubject {
  catalogue?: string;
  bundle?: string;
}

/**
 * The manifests of suite results and of BFCL's figures in a workspace, as far as they are of this bundle and these tools, and their files are as they were
 * made. Systems without a bundle are held to the tools alone.
 */
export async function readBenchmarkOrigins(
  workspace: string,
  { catalogue, bundle }: BenchmarkSubject,
  read: OriginReader,
): Promise<Origin[]> {
  const isOfBundle = ({ inputs }: Manifest) => inputs.bundle !== undefined && inputs.bundle === bundle;
  const isOfSubject = (manifest: Manifest) =>
    manifest.inputs.catalogue === catalogue && (manifest.inputs.bundle === undefined || isOfBundle(manifest));
  const origins: Origin[] = [];
  for (const suite of await folders(join(workspace, 'suites')))
    for (const system of await folders(join(workspace, 'suites', suite))) {
      const folder = `suites/${suite}/${system}`;
      const command = `pnpm pipeline suite ${suite === 'toolfit-tasks' ? 'toolfit' : suite}`;
      const [runs] = await read(`${folder}/runs`, command, isOfSubject);
      const isOfRuns = ({ inputs }: Manifest) => runs !== undefined && inputs.runs === runs.manifest.hash;
      origins.push(...(await read(`${folder}/scores`, command, isOfRuns)));
    }
  for (const folder of await folders(workspace))
    if (/^bfcl(-|$)/.test(folder)) origins.push(...(await read(folder, 'pnpm pipeline bfcl', isOfBundle)));
  return origins;
}

/** In the order of their names; without those that a run is at work on, or has just replaced. */
async function folders(parent: string): Promise<string[]> {
  if (!existsSync(parent)) return [];
  const entries = await readdir(parent, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !/\.(partial|old)$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

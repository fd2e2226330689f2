import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../core/json-file.ts';
import type { LaunchBundle } from './launch-bundle.ts';
import { launchReadme } from './launch-readme.ts';
import { llamaServerScript } from './llama-server-script.ts';
import { modelfiles } from './modelfiles.ts';
import { vllmScript } from './vllm-script.ts';

/** What starts other engines on a bundle, by name. Equal bundles give equal bytes. */
export function launchFiles(bundle: LaunchBundle): Record<string, string> {
  return {
    'README.md': launchReadme(bundle),
    'llama-server.sh': llamaServerScript(bundle),
    'vllm.sh': vllmScript(bundle),
    ...modelfiles(bundle),
  };
}

/** Writes them into `launch/` of a bundle's folder. */
export async function writeLaunchFiles(folder: string, bundle: LaunchBundle): Promise<void> {
  for (const [name, content] of Object.entries(launchFiles(bundle))) {
    const path = join(folder, 'launch', name);
    await writeFileAtomic(path, content);
    if (name.endsWith('.sh')) await chmod(path, 0o755);
  }
}

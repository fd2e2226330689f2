import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashJson, hashText } from '../../../core/hash.ts';
import { writeJsonFile } from '../../../core/json-file.ts';
import type { StagePlan } from '../../../core/manifest.ts';

/** Writes a stage's folder as if it had been run. */
export async function completeStage(
  workspace: string,
  name: string,
  files: Record<string, string>,
  plan: Partial<Pick<StagePlan, 'inputs' | 'settings'>> = {},
): Promise<void> {
  const folder = join(workspace, name);
  await mkdir(folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
  const hashes = Object.fromEntries(Object.entries(files).map(([file, content]) => [file, hashText(content)]));
  const counts = { files: Object.keys(files).length };
  const about = {
    version: 1,
    stage: name,
    inputs: plan.inputs ?? {},
    settings: plan.settings ?? {},
    seed: 1,
    toolVersions: { peft: '0.21.0' },
    counts,
  };
  await writeJsonFile(join(folder, 'manifest.json'), { ...about, files: hashes, hash: hashJson(hashes) });
}

import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Bundle, BundleSchema } from '../../core/bundle.ts';
import { hashFile } from '../../core/hash.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { readManifest } from '../../core/manifest.ts';
import { TRIALS } from './choose/trial.ts';
import type { ConvertInputs } from './inputs.ts';
import type { ProofRecords } from './proof-records.ts';

/**
 * Takes over from an older bundle what was made of the same base, in the same type, by the same release: its base, and
 * the adapters that were not trained again since; where a killed run began to, the rest. @returns how many adapters
 */
export async function reuseBundle(
  bundle: string,
  place: string,
  inputs: ConvertInputs,
  records: ProofRecords,
): Promise<number> {
  const old = await readOlderBundle(bundle);
  if (old === undefined || !sameMaking(old, inputs)) return 0;
  if ((await records.base()) === undefined) {
    if (!(await copyWhole(bundle, place, old.base))) return 0;
    await records.saveBase(old.base);
  }
  await copyTrials(bundle, place);
  let reused = 0;
  for (const { name, hash } of inputs.adapters) {
    const entry = old.adapters.find((adapter) => adapter.name === name && adapter.source === hash);
    if (entry === undefined) continue;
    // What a killed run took over stands.
    if ((await records.adapter(name)) === undefined) {
      if (!(await copyWhole(bundle, place, entry))) continue;
      await records.saveAdapter(entry);
    }
    reused += 1;
  }
  return reused;
}

/** What is of other adapters or other calls among them is passed over; a file that somebody edited is left behind. */
async function copyTrials(bundle: string, place: string): Promise<void> {
  const sha256 = (await readManifest(bundle).catch(() => undefined))?.files[TRIALS];
  if (sha256 !== undefined && !existsSync(join(place, TRIALS)))
    await copyWhole(bundle, place, { file: TRIALS, sha256 });
}

/** What an older run made; `undefined` where there is nothing that can be read. */
export async function readOlderBundle(bundle: string): Promise<Bundle | undefined> {
  const path = join(bundle, 'bundle.json');
  return existsSync(path) ? readJsonFile(path, BundleSchema).catch(() => undefined) : undefined;
}

/** The prompt counts too: with another tokenizer or template the proofs would be of other texts. */
function sameMaking(old: Bundle, { baseHash, type, release, prompt }: ConvertInputs): boolean {
  return (
    old.base.source === baseHash &&
    old.base.type === type &&
    old.llamaCpp === release &&
    old.prompt.renderer === prompt.renderer &&
    old.prompt.tokenizer === prompt.tokenizer
  );
}

async function copyWhole(
  from: string,
  to: string,
  { file, sha256 }: { file: string; sha256: string },
): Promise<boolean> {
  if (!existsSync(join(from, file)) || (await hashFile(join(from, file))) !== sha256) return false;
  await mkdir(dirname(join(to, file)), { recursive: true });
  // A file under its name is whole, also where this is killed.
  await copyFile(join(from, file), join(to, `${file}.partial`));
  await rename(join(to, `${file}.partial`), join(to, file));
  return true;
}

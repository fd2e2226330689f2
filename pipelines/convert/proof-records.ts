import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Bundle, type BundledAdapter, BundledAdapterSchema, BundleSchema } from '../../core/bundle.ts';
import { readJsonFile, writeJsonFile } from '../../core/json-file.ts';

/** What of a bundle in the making has passed the gate; a run that goes on passes it over. */
export interface ProofRecords {
  base(): Promise<Bundle['base'] | undefined>;
  adapter(name: string): Promise<BundledAdapter | undefined>;
  saveBase(base: Bundle['base']): Promise<void>;
  saveAdapter(adapter: BundledAdapter): Promise<void>;
  /** For files that are needed to prove and are no part of the bundle. */
  folder: string;
}

/** They lie in a dot folder, which goes when the bundle is committed. */
export function openProofRecords(place: string): ProofRecords {
  const folder = join(place, '.proof');
  const pathOf = (name: string) => join(folder, `${name}.json`);
  return {
    folder,
    base: async () => (existsSync(pathOf('base')) ? readJsonFile(pathOf('base'), BundleSchema.shape.base) : undefined),
    adapter: async (name) =>
      existsSync(pathOf(`adapter-${name}`)) ? readJsonFile(pathOf(`adapter-${name}`), BundledAdapterSchema) : undefined,
    saveBase: (base) => writeJsonFile(pathOf('base'), base),
    saveAdapter: (adapter) => writeJsonFile(pathOf(`adapter-${adapter.name}`), adapter),
  };
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from '../../core/bundle.ts';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { MANIFEST, type Manifest, readManifest } from '../../core/manifest.ts';
import { type Metrics, MetricsSchema } from '../../core/metrics.ts';
import { type Catalogue, CatalogueSchema } from '../../core/tool.ts';
import { LOCK_FILE, readLock } from '../lock.ts';
import { readBundle } from '../report/read-bundle.ts';
import type { Settings } from '../settings.ts';
import { cataloguePath, stageHash } from '../workspace-files.ts';
import { METRICS } from './parse-metrics.ts';
import type { Part } from './release.ts';

/** A file of the workspace that goes into a release as it is. */
export interface SourceFile {
  part: Part;
  /** Inside the part. */
  path: string;
  /** Absolute. */
  from: string;
}

/** What a release is made of, all of one run. */
export interface ReleaseSources {
  bundle: Bundle;
  catalogue: Catalogue;
  metrics: Metrics;
  /** Hashes of the artefacts, for plan and cards. */
  hashes: Record<string, string>;
  files: SourceFile[];
}

/** Files of an adapter's folder that others need; job.json says where it was made. */
const ADAPTER_FILES = ['adapter_model.safetensors', 'recipe.yaml'];
/** Files of the samples that cannot be made of others. */
const SAMPLE_FILES = /^(train|validation|test)\/|^(traces-test\.jsonl|prompt\.json)$/;

/**
 * Gathers a release. @throws ToolkitError (input) where a stage is not complete, a file was changed since it was made, or evaluation or lock are
 * not of this bundle
 */
export async function releaseSources(context: Context, settings: Settings): Promise<ReleaseSources> {
  const { workspace } = context;
  const hashes: Record<string, string> = {
    catalogue: await stageHash(context, 'catalogue', 'discover'),
    samples: await stageHash(context, 'samples', 'build-data'),
    bundle: await stageHash(context, 'bundle', 'convert'),
    evaluation: await stageHash(context, 'evaluation', 'evaluate'),
  };
  const bundle = await readBundle(workspace);
  const metrics = await readJsonFile(join(workspace, METRICS), MetricsSchema);
  refuseOthers(metrics, hashes, workspace);
  const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
  await refuseOtherLock(context, bundle, catalogue);
  const files = await Promise.all([
    bundleFiles(workspace, bundle, settings),
    adapterFiles(context, bundle, hashes),
    settings.publish.data ? dataFiles(workspace) : [],
  ]);
  return {
    bundle,
    metrics,
    catalogue,
    hashes,
    files: [...files.flat(), ...catalogueFiles(workspace), source('model', workspace, METRICS)],
  };
}

/** Figures of another bundle would be a lie on the card. */
function refuseOthers({ inputs }: Metrics, hashes: Readonly<Record<string, string>>, workspace: string): void {
  const other = ['bundle', 'catalogue', 'samples'].filter((name) => inputs[name] !== hashes[name]);
  if (other.length === 0) return;
  throw new ToolkitError({
    kind: 'input',
    what: `the evaluation is not of what would be published: another ${other.join(', another ')}`,
    where: join(workspace, 'evaluation'),
    todo: 'run `pnpm pipeline run`, or `pnpm pipeline evaluate`, first',
  });
}

function source(part: Part, workspace: string, path: string): SourceFile {
  return { part, path, from: join(workspace, path) };
}

async function bundleFiles(workspace: string, bundle: Bundle, { publish }: Settings): Promise<SourceFile[]> {
  const { files } = await manifestOf(workspace, 'bundle');
  return [...Object.keys(files), MANIFEST]
    .filter((file) => publish.base || file !== bundle.base.file)
    .map((file) => source('model', workspace, `bundle/${file}`));
}

/** The PEFT form of the bundle's adapters, each the one that was converted. Their configs are written anew: the base has another name elsewhere. */
async function adapterFiles(
  { workspace }: Context,
  { adapters }: Bundle,
  hashes: Record<string, string>,
): Promise<SourceFile[]> {
  const found: SourceFile[] = [];
  for (const { name, source: made } of adapters) {
    const { hash, files } = await manifestOf(workspace, `adapters/${name}`);
    if (hash !== made) throw notConverted(join(workspace, 'adapters', name));
    hashes[`adapter ${name}`] = hash;
    const kept = ADAPTER_FILES.filter((file) => file in files);
    found.push(...kept.map((file) => source('model', workspace, `adapters/${name}/${file}`)));
  }
  return found;
}

function notConverted(where: string): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: 'this adapter was trained again since the bundle was made',
    where,
    todo: 'run `pnpm pipeline run`: it converts and evaluates it',
  });
}

async function dataFiles(workspace: string): Promise<SourceFile[]> {
  const { files } = await manifestOf(workspace, 'samples');
  return Object.keys(files)
    .filter((file) => SAMPLE_FILES.test(file))
    .map((path) => ({ part: 'data', path, from: join(workspace, 'samples', path) }));
}

/** One of other adapters would tell those who use the release of other tools. */
async function refuseOtherLock(context: Context, { adapters }: Bundle, catalogue: Catalogue): Promise<void> {
  const lock = await readLock(context);
  if (lock === undefined) return;
  const others = adapters
    .filter(({ name, source: made }) => lock.adapters[name]?.hash !== made)
    .map(({ name }) => name);
  if (lock.catalogue === catalogue.hash && others.length === 0) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'the lock is not of what would be published',
    where: join(context.workspace, LOCK_FILE),
    found: others.length === 0 ? 'another catalogue' : `other adapters: ${others.join(', ')}`,
    todo: 'run `pnpm pipeline run`, which writes it',
  });
}

function catalogueFiles(workspace: string): SourceFile[] {
  return ['catalogue/catalogue.json', `catalogue/${MANIFEST}`, LOCK_FILE]
    .filter((path) => existsSync(join(workspace, path)))
    .map((path) => source('model', workspace, path));
}

async function manifestOf(workspace: string, folder: string): Promise<Manifest> {
  const manifest = await readManifest(join(workspace, folder));
  if (manifest !== undefined) return manifest;
  throw new ToolkitError({
    kind: 'input',
    what: `the folder \`${folder}\` is missing or not complete`,
    where: join(workspace, folder),
    todo: 'run `pnpm pipeline run` first',
  });
}

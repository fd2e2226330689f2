import { dirname, join, resolve } from 'node:path';
import type { Context } from '../core/context.ts';
import { messageOf, ToolkitError } from '../core/errors.ts';
import type { StageEvent, StageEvents } from '../core/event.ts';
import { hashFile } from '../core/hash.ts';
import { downloadHubFile } from '../core/hub/download-hub-file.ts';
import { hubAccess } from '../core/hub/hub-access.ts';
import { readJsonFile, writeJsonFile } from '../core/json-file.ts';
import type { StagePlan } from '../core/manifest.ts';
import { runStage } from '../core/stage.ts';
import { type Catalogue, CatalogueSchema } from '../core/tool.ts';
import type { RowMapper } from '../datasets/sources/row-trace.ts';
import { toolNames } from '../datasets/sources/tool-names.ts';
import { traceValidator } from '../datasets/validate-trace.ts';
import { suggestion } from './discover/exclusions.ts';
import { finishedSource, type Imported, importSource } from './import/import-source.ts';
import { commonest, countRejects } from './import/reject-log.ts';
import { type SourceSetting, sourceName } from './import/source-setting.ts';
import type { Settings } from './settings.ts';
import { cataloguePath, importedName, importedPath, stageHash } from './workspace-files.ts';

const STAGE = 'import';
/** Raised where the same rows give other traces, so that older ones count as stale. */
const IMPORT_VERSION = 2;

/** What `import` would make now; nothing where the settings name no sources. @throws ToolkitError (input) where a file or the catalogue is missing */
export async function planImport(context: Context, { sources }: Settings): Promise<StagePlan[]> {
  if (sources.length === 0) return [];
  const hashes: Record<string, string> = {};
  for (const [index, source] of sources.entries()) {
    // A file of the Hub is what its commit says.
    if (source.file !== undefined)
      hashes[`source ${index + 1}`] = await hashOf(resolve(context.workspace, source.file));
  }
  return [
    {
      stage: STAGE,
      folder: dirname(importedPath(context, 1)),
      inputs: { catalogue: await stageHash(context, 'catalogue', 'discover'), ...hashes },
      settings: { version: IMPORT_VERSION, sources },
      seed: 0,
    },
  ];
}

/**
 * Makes traces of the rows of the user's own files and of public data sets: a file for each source. What lies on the Hub is downloaded first, into the
 * workspace. An interrupted run goes on with the source, or the download, that it was at.
 * @throws ToolkitError (input) where no row at all can be used, with the commonest reasons
 */
export async function* importTraces(
  context: Context,
  settings: Settings,
  options: { force?: boolean } = {},
): StageEvents {
  const [plan] = await planImport(context, settings);
  if (plan === undefined) {
    yield { type: 'skipped', stage: STAGE, reason: 'workspace.yaml names no sources' };
    return;
  }
  yield* runStage(plan, { force: options.force, signal: context.signal }, async function* ({ folder }) {
    const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
    refuseMisspelt(settings.sources, catalogue);
    yield { type: 'start', stage: STAGE };
    const all: Imported[] = [];
    for (const [index, source] of settings.sources.entries()) {
      const output = join(folder, importedName(index + 1));
      const imported = (await finishedSource(output)) ?? (yield* work(context, source, { catalogue, index, output }));
      yield* warnings(sourceName(source), imported);
      all.push(imported);
    }
    const total = (count: (one: Imported) => number) => all.reduce((sum, one) => sum + count(one), 0);
    const rejects = all.map((one, index) => ({ source: sourceName(settings.sources[index]!), rejects: one.rejects }));
    if (total(({ traces }) => traces) === 0) throw nothingUsable(all);
    await writeJsonFile(join(folder, 'rejects.json'), rejects);
    return {
      rows: total(({ rows }) => rows),
      traces: total(({ traces }) => traces),
      rejected: total((one) => countRejects(one.rejects)),
    };
  });
}

async function* work(
  context: Context,
  source: SourceSetting,
  { catalogue, index, output }: { catalogue: Catalogue; index: number; output: string },
): AsyncGenerator<StageEvent, Imported, undefined> {
  const name = sourceName(source);
  const mapper: RowMapper = {
    columns: source.mapping,
    names: toolNames(catalogue, source.rename),
    allTools: catalogue.tools.map(({ id }) => id),
    prefix: `import-${index + 1}`,
    source: name,
    catalogue: catalogue.hash,
  };
  const path = yield* localPath(context, source);
  const { format } = source;
  const why = traceValidator(catalogue);
  return yield* importSource({ stage: STAGE, name, path, format, mapper, why, output, signal: context.signal });
}

async function* localPath(
  context: Context,
  { file, hub }: SourceSetting,
): AsyncGenerator<StageEvent, string, undefined> {
  if (hub === undefined) return resolve(context.workspace, file!);
  return yield* downloadHubFile(hub, {
    cache: join(context.workspace, 'downloads'),
    stage: STAGE,
    access: hubAccess(context),
  });
}

function* warnings(name: string, { rows, traces, rejects }: Imported): Generator<StageEvent> {
  for (const reason of commonest(rejects)) yield { type: 'warning', stage: STAGE, message: `not used: ${reason}` };
  if (traces === 0) yield { type: 'warning', stage: STAGE, message: `none of the ${rows} rows of ${name} can be used` };
}

function nothingUsable(all: readonly Imported[]): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: `none of the ${all.reduce((sum, { rows }) => sum + rows, 0)} rows of the sources can be used`,
    where: 'workspace.yaml, `sources`',
    found: all.flatMap(({ rejects }) => commonest(rejects)).join('\n            ') || 'empty files',
    todo: 'correct `mapping` or `rename`: the tools have to be those of the catalogue',
  });
}

/** A misspelt id would reject all rows of that tool. */
function refuseMisspelt(sources: readonly SourceSetting[], { tools }: Catalogue): void {
  const ids = tools.map(({ id }) => id);
  for (const [index, { rename }] of sources.entries()) {
    const wrong = Object.values(rename).find((id) => !ids.includes(id));
    if (wrong === undefined) continue;
    throw new ToolkitError({
      kind: 'input',
      what: `\`rename\` names a tool that the catalogue does not have${suggestion(wrong, ids)}`,
      where: `workspace.yaml, \`sources.${index}.rename\``,
      expected: 'an id of the catalogue, `server.name`',
      found: wrong,
    });
  }
}

async function hashOf(path: string): Promise<string> {
  return hashFile(path).catch((cause: unknown) => {
    throw new ToolkitError({
      kind: 'input',
      what: `cannot read a source: ${messageOf(cause)}`,
      where: path,
      todo: 'correct `sources` in workspace.yaml',
      cause,
    });
  });
}

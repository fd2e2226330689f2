import { join, resolve } from 'node:path';
import type { Context } from '../core/context.ts';
import type { StageEvent, StageEvents } from '../core/event.ts';
import { readJsonFile, writeJsonFile } from '../core/json-file.ts';
import { openJsonl } from '../core/jsonl.ts';
import type { StagePlan } from '../core/manifest.ts';
import { runStage } from '../core/stage.ts';
import { type Catalogue, CatalogueSchema } from '../core/tool.ts';
import { readServersFile } from '../runtime/mcp/servers-file.ts';
import { openSandbox } from '../runtime/sandbox.ts';
import { suggestion } from './discover/exclusions.ts';
import type { Settings } from './settings.ts';
import { modelOf, type ToolModel } from './synthesize/concepts.ts';
import { addRejects, queryKey, resumeFrom, TRACES_FILE, UNITS_FILE } from './synthesize/progress-file.ts';
import { broken } from './synthesize/single.ts';
import { sourceHashes } from './synthesize/source-hashes.ts';
import { MOST_SILENT, probeServer, type ServerState } from './synthesize/state.ts';
import { planUnits, type Unit } from './synthesize/units.ts';
import { type Workshop, WRITER } from './synthesize/workshop.ts';
import { cataloguePath, stageHash } from './workspace-files.ts';

const STAGE = 'synthesize';
const REPORT_EVERY = 20;

export interface SynthesizeOptions {
  force?: boolean;
}

/** What `synthesize` would make now. @throws ToolkitError (input) where there is no catalogue */
export async function planSynthesize(context: Context, settings: Settings): Promise<StagePlan> {
  const { sandbox, safe, synthesize: counts } = settings;
  const servers = resolve(context.workspace, settings.servers);
  return {
    stage: STAGE,
    folder: join(context.workspace, 'traces'),
    inputs: {
      catalogue: await stageHash(context, 'catalogue', 'discover'),
      ...(await sourceHashes(sandbox, resolve(servers, '..'))),
    },
    settings: { writer: WRITER, sandbox, safe, ...counts },
    seed: settings.seed,
  };
}

/**
 * Makes `traces/traces.jsonl`: for each tool calls that its live server carried out in the sandbox, put into words; chains of two calls; and
 * requests that need no tool. Every trace has its own seed and starts from the same state, so an interrupted run ends with the same bytes.
 */
export async function* synthesize(context: Context, settings: Settings, options: SynthesizeOptions = {}): StageEvents {
  const plan = await planSynthesize(context, settings);
  yield* runStage(plan, { force: options.force, signal: context.signal }, async function* ({ folder }) {
    const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
    const servers = await readServersFile(resolve(context.workspace, settings.servers), context);
    const { workspace, serverEnv: env, signal } = context;
    await using sandbox = disposable(await openSandbox({ workspace, servers, catalogue, settings, env, signal }));
    for (const message of misspelt(settings, catalogue)) yield { type: 'warning', stage: STAGE, message };
    const models = catalogue.tools.map(modelOf);
    for (const { tool } of models.filter((model) => !sandbox.mayExecute(model.tool))) {
      yield {
        type: 'warning',
        stage: STAGE,
        message: `${tool.id} is not run: nothing says that it is read-only, and its server has no sandbox. Its traces have no results.`,
      };
    }
    const states = new Map<string, ServerState>();
    for (const { name } of catalogue.servers)
      states.set(
        name,
        await probeServer(
          sandbox,
          models.filter(({ tool }) => tool.server === name),
        ),
      );
    const done = await resumeFrom(folder);
    const workshop: Workshop = {
      settings,
      catalogue,
      sandbox,
      models,
      states,
      isUsed: (query) => done.queries.has(queryKey(query)),
      refused: done.rejects,
    };
    const units = planUnits(workshop);
    yield { type: 'start', stage: STAGE, total: units.length, resumed: done.units };
    return yield* makeAll(workshop, units, { folder, signal, done });
  });
}

/** What `sandbox` and `safe` name and nothing bears: it would be passed over, and tools not be run. */
function misspelt({ sandbox, safe }: Settings, { servers, tools }: Catalogue): string[] {
  const unknown = (setting: string, named: readonly string[], known: readonly string[]) =>
    named
      .filter((name) => !known.includes(name))
      .map((name) => `\`${setting}\` names ${name}, which the catalogue does not have${suggestion(name, known)}`);
  return [
    ...unknown(
      'sandbox',
      Object.keys(sandbox),
      servers.map(({ name }) => name),
    ),
    ...unknown(
      'safe',
      safe,
      tools.map(({ id }) => id),
    ),
  ];
}

interface Making {
  folder: string;
  signal: AbortSignal;
  done: Awaited<ReturnType<typeof resumeFrom>>;
}

async function* makeAll(
  workshop: Workshop,
  units: readonly Unit[],
  { folder, signal, done }: Making,
): AsyncGenerator<StageEvent, Record<string, number>, undefined> {
  const traces = openJsonl(join(folder, TRACES_FILE), { append: true });
  const log = openJsonl(join(folder, UNITS_FILE), { append: true });
  const givenUp = new Map<string, number>();
  let lines = done.traces;
  try {
    for (const [index, unit] of [...units.entries()].slice(done.units)) {
      signal.throwIfAborted();
      await workshop.sandbox.reset();
      const { trace, rejects } = await unit.make();
      if (trace) {
        await traces.write(trace);
        done.queries.add(queryKey(trace.messages[0]!.content ?? ''));
        lines += 1;
      } else {
        givenUp.set(unit.name, (givenUp.get(unit.name) ?? 0) + 1);
      }
      for (const model of workshop.models.filter((one) => isFirstSilence(one, rejects, done.rejects))) {
        yield {
          type: 'warning',
          stage: STAGE,
          message: `${model.tool.id} was called and gave no answer; after ${MOST_SILENT} such calls in all it is not called again`,
        };
      }
      addRejects(done.rejects, rejects);
      await log.write({ unit: index, lines, rejects });
      if ((index + 1) % REPORT_EVERY === 0)
        yield { type: 'progress', stage: STAGE, done: index + 1, total: units.length, note: unit.name };
    }
  } finally {
    await Promise.all([traces.close(), log.close()]);
  }
  for (const [name, count] of givenUp) {
    const message = `${count} traces for ${name} were given up: rejects.json says why. More varied data (files, entities) helps`;
    yield { type: 'warning', stage: STAGE, message };
  }
  const rejects = Object.fromEntries([...done.rejects].sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeJsonFile(join(folder, 'rejects.json'), rejects);
  return {
    units: units.length,
    traces: lines,
    rejected: Object.values(rejects).reduce((sum, count) => sum + count, 0),
  };
}

function isFirstSilence(
  model: ToolModel,
  rejects: Readonly<Record<string, number>>,
  before: ReadonlyMap<string, number>,
): boolean {
  const silence = broken(model, 'silent');
  return rejects[silence] !== undefined && !before.has(silence);
}

function disposable<T extends { close(): Promise<void> }>(resource: T): T & AsyncDisposable {
  return Object.assign(resource, { [Symbol.asyncDispose]: () => resource.close() });
}

import { join, resolve } from 'node:path';
import type { Context } from '../core/context.ts';
import type { StageEvents } from '../core/event.ts';
import { readJsonFile } from '../core/json-file.ts';
import type { StagePlan } from '../core/manifest.ts';
import { runStage } from '../core/stage.ts';
import { type Catalogue, CatalogueSchema } from '../core/tool.ts';
import { suggestion } from './discover/exclusions.ts';
import { openToolSandbox } from './open-sandbox.ts';
import type { Settings } from './settings.ts';
import { modelOf } from './synthesize/concepts.ts';
import { keepGoing } from './synthesize/keep-going.ts';
import { queryKey, resumeFrom } from './synthesize/progress-file.ts';
import { focusHash, readConfusions } from './synthesize/read-confusions.ts';
import { sourceHashes } from './synthesize/source-hashes.ts';
import { probeServer, type ServerState } from './synthesize/state.ts';
import type { NamedMade } from './synthesize/teacher/make-ahead.ts';
import { planTeaching } from './synthesize/teacher/plan-teaching.ts';
import { SandboxPool } from './synthesize/teacher/sandbox-pool.ts';
import { openTeacher } from './synthesize/teacher/teacher.ts';
import { decisiveSettings } from './synthesize/teacher/teacher-settings.ts';
import { teachingProgress } from './synthesize/teacher/teaching-progress.ts';
import { planUnits, type Unit } from './synthesize/units.ts';
import { findChangers } from './synthesize/verify/find-changers.ts';
import { makeVerified } from './synthesize/verify/make-verified.ts';
import { openVerifier, type Verifier } from './synthesize/verify/verifier.ts';
import { decisiveVerifySettings } from './synthesize/verify/verify-settings.ts';
import { type Workshop, WRITER } from './synthesize/workshop.ts';
import { writeTraces } from './synthesize/write-traces.ts';
import { cataloguePath, stageHash } from './workspace-files.ts';

const STAGE = 'synthesize';
/** Each has its own copies and servers. */
const MOST_SANDBOXES = 4;

export interface SynthesizeOptions {
  force?: boolean;
  /** Goes on with the other servers where one no longer starts. */
  keepGoing?: boolean;
}

/** What `synthesize` would make now. @throws ToolkitError (input) where there is no catalogue */
export async function planSynthesize(context: Context, settings: Settings): Promise<StagePlan> {
  const { sandbox, safe, redact, callTimeout } = settings;
  const { teacher, verify, focus, ...counts } = settings.synthesize;
  const servers = resolve(context.workspace, settings.servers);
  return {
    stage: STAGE,
    folder: join(context.workspace, 'traces'),
    inputs: {
      catalogue: await stageHash(context, 'catalogue', 'discover'),
      ...(await sourceHashes(sandbox, resolve(servers, '..'))),
      ...(await focusHash(context, settings)),
    },
    settings: {
      writer: WRITER,
      sandbox,
      safe,
      redact,
      callTimeout,
      ...counts,
      // Where the file lies makes no difference, its hash is among the inputs.
      ...(focus && { focus: focus.traces }),
      ...(teacher && { teacher: decisiveSettings(teacher) }),
      verify: decisiveVerifySettings(verify),
    },
    seed: settings.seed,
  };
}

/**
 * Makes `traces/traces.jsonl`: for each tool calls that its live server carried out in the sandbox, put into words; chains of two calls; and
 * requests that need no tool; then what a teacher adds, where there is one. Every trace has its own seed and starts from the same state, so an
 * interrupted run ends with the same bytes.
 */
export async function* synthesize(context: Context, settings: Settings, options: SynthesizeOptions = {}): StageEvents {
  const plan = await planSynthesize(context, settings);
  const force = options.force || context.cassette?.mode === 'record';
  yield* runStage(plan, { force, signal: context.signal }, async function* ({ folder }) {
    const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
    const { signal } = context;
    const { teacher: teaching, verify } = settings.synthesize;
    const teacher = teaching && (await openTeacher(context, teaching));
    const lost: string[] = [];
    const open = async () => {
      const opened = await openToolSandbox(context, settings, catalogue, { watch: verify.state });
      return options.keepGoing ? keepGoing(opened, catalogue, (message) => lost.push(message)) : opened;
    };
    await using sandbox = disposable(await open());
    const several = Math.min(teaching?.concurrency ?? 1, MOST_SANDBOXES);
    await using others = mayBeSeveral(context, settings) ? disposable(new SandboxPool(open, several)) : undefined;
    for (const message of misspelt(settings, catalogue)) yield { type: 'warning', stage: STAGE, message };
    const models = catalogue.tools.map((tool) => modelOf(tool, settings.synthesize.values));
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
    const verifier = await openVerifier(context, verify, { catalogue, models });
    const done = await resumeFrom(folder);
    const refused = new Set<string>();
    const prepared: Workshop = {
      settings,
      catalogue,
      sandbox,
      models,
      states,
      isUsed: (query) => [done.queries, refused].some((queries) => queries.has(queryKey(query))),
      refused: done.rejects,
      worked: done.worked,
    };
    const confusions = await readConfusions(context, settings);
    const workshop = { ...prepared, changers: verify.state ? await findChangers(prepared) : undefined };
    const units = planUnits(workshop, confusions);
    const progress = teachingProgress([...(teacher ? [teacher] : []), ...verifier.models]);
    const more =
      teacher && teaching
        ? planTeaching(workshop, { teacher, settings: teaching, others, verifier, progress })
        : undefined;
    const total = units.length + (more?.count ?? 0);
    yield { type: 'start', stage: STAGE, total, resumed: done.units };
    async function* made(): AsyncGenerator<NamedMade> {
      if (verifier.asks('offline')) progress.begin(total - done.units);
      yield* makeInTurn(units.slice(done.units), { workshop, verifier, refused, signal });
      if (more) yield* more.make(Math.max(0, done.units - units.length));
    }
    return yield* writeTraces(made(), workshop.models, {
      stage: STAGE,
      folder,
      done,
      total,
      lost,
      tell: progress.tell,
    });
  });
}

/** Not where all would work on the same data, or write one cassette, on which the first answer to a call is to stay. */
function mayBeSeveral({ cassette }: Context, { sandbox }: Settings): boolean {
  return cassette?.mode !== 'record' && Object.values(sandbox).every(({ reset }) => reset === undefined);
}

/** What `sandbox` and `safe` name and nothing bears: it would be passed over, and tools not be run. */
function misspelt({ sandbox, safe, synthesize: { values } }: Settings, { servers, tools }: Catalogue): string[] {
  const unknown = (setting: string, named: readonly string[], known: readonly string[]) =>
    named
      .filter((name) => !known.includes(name))
      .map((name) => `\`${setting}\` names ${name}, which the catalogue does not have${suggestion(name, known)}`);
  const ids = [...tools.map(({ id }) => id), ...servers.map(({ name }) => `${name}.*`)];
  return [
    ...unknown(
      'sandbox',
      Object.keys(sandbox),
      servers.map(({ name }) => name),
    ),
    ...unknown('safe', safe, ids),
    ...unknown('synthesize.values', Object.keys(values), ids),
  ];
}

interface Making {
  workshop: Workshop;
  verifier: Verifier;
  /** See `makeVerified`. */
  refused: Set<string>;
  signal: AbortSignal;
}

async function* makeInTurn(
  units: readonly Unit[],
  { workshop, verifier, refused, signal }: Making,
): AsyncGenerator<NamedMade> {
  for (const { name, make } of units) {
    const makeAnew = async () => {
      signal.throwIfAborted();
      await workshop.sandbox.reset();
      return make();
    };
    yield {
      name,
      ...(await makeVerified({ make: makeAnew, check: (trace) => verifier.check(trace, 'offline'), refused })),
    };
  }
}

function disposable<T extends { close(): Promise<void> }>(resource: T): T & AsyncDisposable {
  return Object.assign(resource, { [Symbol.asyncDispose]: () => resource.close() });
}

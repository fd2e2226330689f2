import { join, resolve } from 'node:path';
import type { Confusions } from '../core/confusions.ts';
import type { Context } from '../core/context.ts';
import type { StageEvents } from '../core/event.ts';
import { readJsonFile } from '../core/json-file.ts';
import type { StagePlan } from '../core/manifest.ts';
import { runStage } from '../core/stage.ts';
import { type Catalogue, CatalogueSchema } from '../core/tool.ts';
import { openToolSandbox, sandboxWarnings } from './open-sandbox.ts';
import type { Settings } from './settings.ts';
import { openBoundedChatModel } from './synthesize/chat/bounded-chat-model.ts';
import { teachingProgress } from './synthesize/chat/teaching-progress.ts';
import { extraUnits } from './synthesize/extra-units.ts';
import { keepGoing } from './synthesize/keep-going.ts';
import { countKept, type KeptUnits, openKept } from './synthesize/kept-units.ts';
import {
  type IdentifiedUnit,
  identified,
  inPlannedOrder,
  keptOrMade,
  makeInTurn,
  toMake,
} from './synthesize/make-units.ts';
import { openWorkshop } from './synthesize/open-workshop.ts';
import { resumeFrom } from './synthesize/progress-file.ts';
import { focusHash, readConfusions } from './synthesize/read-confusions.ts';
import { focusWarnings, settingsWarnings } from './synthesize/settings-warnings.ts';
import { sourceHashes } from './synthesize/source-hashes.ts';
import { planTeaching } from './synthesize/teacher/plan-teaching.ts';
import { SandboxPool } from './synthesize/teacher/sandbox-pool.ts';
import { decisiveSettings } from './synthesize/teacher/teacher-settings.ts';
import { madeAnew, wantedBasis } from './synthesize/trace-basis.ts';
import { planUnits, type Unit } from './synthesize/units.ts';
import { openVerifier } from './synthesize/verify/verifier.ts';
import { decisiveVerifySettings } from './synthesize/verify/verify-settings.ts';
import { type Workshop, WRITER } from './synthesize/workshop.ts';
import { writeBasis } from './synthesize/write-basis.ts';
import { writeTraces } from './synthesize/write-traces.ts';
import { cataloguePath, stageHash } from './workspace-files.ts';

const STAGE = 'synthesize';
/** Each has its own copies and servers. */
const MOST_SANDBOXES = 4;

export interface SynthesizeOptions {
  force?: boolean;
  /** Goes on with the other servers where one no longer starts. */
  keepGoing?: boolean;
  /** What is made by the offline writer, in order. Default: `planUnits`. */
  units?: (workshop: Workshop, confusions: Confusions) => Unit[];
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
 * Makes `traces/traces.jsonl`: for each tool calls that its live server carried out in the sandbox, put into words; chains of two calls;
 * requests that need no tool; several wishes in one; wrong values that are put right; values that are asked for; and tools that are alike or
 * were confused (`confusable`, `focus`). Then what a teacher adds, where there is one. Each has to stand what `verify` sets. Every trace has its
 * own seed and starts from the same state, so an interrupted run ends with the same bytes. Where only tools changed since the traces that there
 * are, those of unchanged tools are kept (see `openKept`).
 */
export async function* synthesize(context: Context, settings: Settings, options: SynthesizeOptions = {}): StageEvents {
  const plan = await planSynthesize(context, settings);
  const force = options.force || context.cassette?.mode === 'record';
  yield* runStage(plan, { force, signal: context.signal }, async function* ({ folder }) {
    const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
    const { teacher: teaching, verify } = settings.synthesize;
    const teacher = teaching && (await openBoundedChatModel(context, teaching));
    const lost: string[] = [];
    const open = async () => {
      const opened = await openToolSandbox(context, settings, catalogue, { watch: verify.state });
      return options.keepGoing ? keepGoing(opened, catalogue, (message) => lost.push(message)) : opened;
    };
    await using sandbox = await open();
    const several = Math.min(teaching?.concurrency ?? 1, MOST_SANDBOXES);
    await using others = mayBeSeveral(context, settings) ? new SandboxPool(open, several) : undefined;
    const confusions = await readConfusions(context, settings);
    const warnings = [
      ...(await sandboxWarnings(context, settings)),
      ...settingsWarnings(settings, catalogue, sandbox),
      ...focusWarnings(confusions, catalogue),
    ];
    for (const message of warnings) yield { type: 'warning', stage: STAGE, message };
    const wanted = wantedBasis(plan, catalogue);
    const mayKeep = !options.force && context.cassette?.mode !== 'record' && options.units === undefined;
    const kept = mayKeep ? await openKept({ folder: plan.folder, wanted, catalogue }) : undefined;
    await using _open = { [Symbol.asyncDispose]: async () => kept?.close() };
    const done = await resumeFrom(folder, kept?.hash);
    if (kept) await countKept(kept, done);
    const refusedQueries = new Set<string>();
    const workshop = await openWorkshop({ settings, catalogue, sandbox, done, refusedQueries });
    const verifier = await openVerifier(context, verify, workshop);
    const written = identified((options.units ?? planUnits)(workshop, confusions));
    const progress = teachingProgress([...(teacher ? [teacher] : []), ...verifier.chatModels]);
    const more =
      teacher && teaching
        ? planTeaching(workshop, { teacher, settings: teaching, others, verifier, progress })
        : undefined;
    const taught = more?.units ?? [];
    const own = keptOrMade([...written, ...moreUnits(workshop, kept, [...written, ...taught])], kept);
    const teaches = keptOrMade(taught, kept);
    const total = own.length + teaches.length;
    yield { type: 'start', stage: STAGE, total, resumed: done.units };
    if (kept) yield { type: 'progress', stage: STAGE, done: done.units, total, note: keptNote(kept, catalogue, total) };
    async function* made() {
      const [left, lessons] = [own.slice(done.units), teaches.slice(Math.max(0, done.units - own.length))];
      const anew = toMake(left);
      if (verifier.asks('offline')) progress.begin(anew.length + toMake(lessons).length);
      const making = { workshop, verifier, refusedQueries, signal: context.signal };
      yield* inPlannedOrder(left, makeInTurn(anew, making));
      if (more) yield* inPlannedOrder(lessons, more.make(toMake(lessons)));
    }
    const { tell } = progress;
    const counts = yield* writeTraces(made(), workshop.models, { stage: STAGE, folder, done, total, lost, tell });
    await writeBasis(folder, wanted, kept);
    return { ...counts, ...(kept && { kept: kept.units.size }) };
  });
}

/** What older traces have besides what the settings ask for now, and what added tools lack. */
function moreUnits(
  workshop: Workshop,
  kept: KeptUnits | undefined,
  planned: readonly { id: string }[],
): IdentifiedUnit[] {
  if (kept === undefined) return [];
  const ids = new Set(planned.map(({ id }) => id));
  const others = [...kept.units.values()].filter(({ id, hasTrace }) => hasTrace && !ids.has(id));
  // All of these are kept: none is made.
  const asUnits = others.map(({ id, name }) => ({ id, name, make: async () => ({ rejects: {} }) }));
  return [...asUnits, ...extraUnits(workshop, kept)];
}

function keptNote({ units, unchanged }: KeptUnits, { tools }: Catalogue, total: number): string {
  const anew = madeAnew(unchanged, tools);
  if (units.size === total && anew.length === 0) return `all ${total} kept`;
  return `${units.size} kept; made anew: ${anew.join(', ') || 'what called tools that are gone'}`;
}

/** Not where all would work on the same data, or write one cassette, on which the first answer to a call is to stay. */
function mayBeSeveral({ cassette }: Context, { sandbox }: Settings): boolean {
  return cassette?.mode !== 'record' && Object.values(sandbox).every(({ reset }) => reset === undefined);
}

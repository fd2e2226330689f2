import { join, resolve } from 'node:path';
import type { Confusions } from '../core/confusions.ts';
import type { Context } from '../core/context.ts';
import type { StageEvents } from '../core/event.ts';
import { readJsonFile } from '../core/json-file.ts';
import type { StagePlan } from '../core/manifest.ts';
import { runStage } from '../core/stage.ts';
import { CatalogueSchema } from '../core/tool.ts';
import { openToolSandbox, sandboxWarnings } from './open-sandbox.ts';
import type { Settings } from './settings.ts';
import { openBoundedChatModel } from './synthesize/chat/bounded-chat-model.ts';
import { teachingProgress } from './synthesize/chat/teaching-progress.ts';
import { keepGoing } from './synthesize/keep-going.ts';
import { openWorkshop } from './synthesize/open-workshop.ts';
import { resumeFrom } from './synthesize/progress-file.ts';
import { focusHash, readConfusions } from './synthesize/read-confusions.ts';
import { focusWarnings, settingsWarnings } from './synthesize/settings-warnings.ts';
import { sourceHashes } from './synthesize/source-hashes.ts';
import { planTeaching } from './synthesize/teacher/plan-teaching.ts';
import { SandboxPool } from './synthesize/teacher/sandbox-pool.ts';
import { decisiveSettings } from './synthesize/teacher/teacher-settings.ts';
import { makeInTurn, planUnits, type Unit } from './synthesize/units.ts';
import { openVerifier } from './synthesize/verify/verifier.ts';
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
 * own seed and starts from the same state, so an interrupted run ends with the same bytes.
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
    const done = await resumeFrom(folder);
    const refusedQueries = new Set<string>();
    const workshop = await openWorkshop({ settings, catalogue, sandbox, done, refusedQueries });
    const verifier = await openVerifier(context, verify, workshop);
    const units = (options.units ?? planUnits)(workshop, confusions);
    const progress = teachingProgress([...(teacher ? [teacher] : []), ...verifier.chatModels]);
    const more =
      teacher && teaching
        ? planTeaching(workshop, { teacher, settings: teaching, others, verifier, progress })
        : undefined;
    const total = units.length + (more?.count ?? 0);
    yield { type: 'start', stage: STAGE, total, resumed: done.units };
    async function* made() {
      if (verifier.asks('offline')) progress.begin(total - done.units);
      yield* makeInTurn(units.slice(done.units), { workshop, verifier, refusedQueries, signal: context.signal });
      if (more) yield* more.make(Math.max(0, done.units - units.length));
    }
    const { tell } = progress;
    return yield* writeTraces(made(), workshop.models, { stage: STAGE, folder, done, total, lost, tell });
  });
}

/** Not where all would work on the same data, or write one cassette, on which the first answer to a call is to stay. */
function mayBeSeveral({ cassette }: Context, { sandbox }: Settings): boolean {
  return cassette?.mode !== 'record' && Object.values(sandbox).every(({ reset }) => reset === undefined);
}

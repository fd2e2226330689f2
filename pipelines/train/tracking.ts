import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Context } from '../../core/context.ts';
import { messageOf, ToolkitError } from '../../core/errors.ts';
import type { StageEvent, StageEvents } from '../../core/event.ts';
import { runProcess } from '../../core/subprocess.ts';
import type { Recipe } from '../../recipes/schema.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import type { Job } from '../../trainers/job.ts';
import { tensorboardTracker } from '../../trainers/tensorboard.ts';
import type { TrackedLine, Tracker } from '../../trainers/tracker.ts';
import { processFailure } from '../../trainers/trainer-failure.ts';
import { wandbTracker } from '../../trainers/wandb.ts';
import { preparePython } from '../prepare-python.ts';
import type { PlannedJob } from './plan-jobs.ts';

/** How long a tracker may take to send what it still has when the training is over. */
const LAST_WORDS_MS = 120_000;
const KEYS = ['WANDB_API_KEY', 'WANDB_BASE_URL'];

/** A tracker, and what is said to it of each job that it shows. */
interface Tracking {
  tracker: Tracker;
  jobs: readonly { stage: string; about: TrackedLine }[];
}

/**
 * Passes the events of a training on, and tells those of jobs whose recipe says so (`log`) to TensorBoard and W&B. Makes their Python
 * environments first, saying what is fetched. Once it runs, a tracker that fails is told as a warning, and the training goes on.
 * @throws ToolkitError (input) where W&B is to be told online and there is no WANDB_API_KEY
 */
export async function* trackedEvents(
  context: Context,
  jobs: readonly PlannedJob[],
  events: () => StageEvents,
): StageEvents {
  const trackings = trackingsOf(context, jobs);
  const open: OpenTracker[] = [];
  for (const tracking of trackings)
    open.push(startTracker(context, tracking, yield* preparePython(context, tracking.tracker.place)));
  try {
    for await (const event of events()) {
      for (const tracker of open) tracker.tell(event);
      yield event;
      for (const tracker of open) yield* tracker.troubles();
    }
  } finally {
    await Promise.all(open.map((tracker) => tracker.end()));
  }
  for (const tracker of open) yield* tracker.troubles();
}

function trackingsOf({ workspace, variables = {} }: Context, jobs: readonly PlannedJob[]): Tracking[] {
  const run = new Date().toISOString();
  const logged = (wanted: (log: Recipe['log']) => boolean, more: (log: Recipe['log']) => object) =>
    jobs
      .filter(({ recipe }) => wanted(recipe.recipe.log))
      .map(({ plan, recipe, job }) => {
        const { name, config } = told(job);
        return {
          stage: plan.stage,
          about: { event: 'job' as const, job: name, config, run, ...more(recipe.recipe.log) },
        };
      });
  const board = logged(
    ({ tensorboard }) => tensorboard,
    () => ({}),
  );
  const wandb = logged(
    ({ wandb }) => wandb !== undefined,
    ({ wandb }) => wandb!,
  );
  const credentials = Object.fromEntries(KEYS.flatMap((key) => (variables[key] ? [[key, variables[key]]] : [])));
  if (jobs.some(({ recipe }) => recipe.recipe.log.wandb?.mode === 'online') && !credentials.WANDB_API_KEY)
    throw keyless();
  return [
    ...(board.length > 0 ? [{ tracker: tensorboardTracker(join(workspace, 'tensorboard')), jobs: board }] : []),
    ...(wandb.length > 0 ? [{ tracker: wandbTracker({ folder: workspace, credentials }), jobs: wandb }] : []),
  ];
}

/** What of a job may be told to others: no path of this machine. */
function told({ name, base, train, validation, start, output, ...config }: Job): {
  name: string;
  config: Partial<Job>;
} {
  return { name, config };
}

function keyless(): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: 'W&B cannot be told anything without a key',
    where: 'log.wandb of the recipe',
    expected: 'WANDB_API_KEY in the environment',
    todo: 'set it, or write `mode: offline`, and `wandb sync` the folder later',
  });
}

interface OpenTracker {
  tell(event: StageEvent): void;
  troubles(): Generator<StageEvent>;
  /** Waits until all is told, or the time for that is over. Never rejects. */
  end(): Promise<void>;
}

function startTracker({ env }: Context, { tracker, jobs }: Tracking, python: string): OpenTracker {
  const names = new Map(jobs.map(({ stage, about }) => [stage, about.job]));
  const stdin = new PassThrough();
  const say = (line: TrackedLine) => stdin.writable && stdin.write(`${JSON.stringify(line)}\n`);
  const late = new AbortController();
  const troubles: string[] = [];
  const { env: own, ...process } = tracker.process(python);
  // Not the run's signal: after Ctrl-C it still has to be told how the jobs ended.
  const ended = runProcess({ ...process, env: { ...env, ...own }, stdin, signal: late.signal, graceMs: 5000 })
    .then((result) => {
      if (result.exitCode !== 0) troubles.push(processFailure(process.name, result).message);
    })
    .catch((error: unknown) =>
      troubles.push(late.signal.aborted ? `it did not end in ${LAST_WORDS_MS / 1000} s` : messageOf(error)),
    )
    .finally(() => stdin.destroy());
  for (const { about } of jobs) say(about);
  return {
    tell(event) {
      const job = names.get(event.stage);
      if (job === undefined) return;
      if (event.type === 'data') say(event.data as TrainerEvent);
      if (event.type === 'failed') say({ event: 'error', job, kind: 'internal', message: event.message });
    },
    *troubles() {
      for (const trouble of troubles.splice(0))
        yield { type: 'warning', stage: 'train', message: `${tracker.name} is not told everything: ${trouble}` };
    },
    async end() {
      if (stdin.writable) stdin.end();
      const timer = setTimeout(() => late.abort(), LAST_WORDS_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent, StageEvents } from '../../core/event.ts';
import type { Recipe } from '../../recipes/schema.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import type { Job } from '../../trainers/job.ts';
import { startTracker } from '../../trainers/trackers/start-tracker.ts';
import { tensorboardTracker } from '../../trainers/trackers/tensorboard.ts';
import type { TrackedLine, Tracker } from '../../trainers/trackers/tracker.ts';
import { wandbTracker } from '../../trainers/trackers/wandb.ts';
import { preparePython } from '../prepare-python.ts';
import type { PlannedJob } from './plan-job.ts';

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
    open.push(openTracker(context, tracking, yield* preparePython(context, tracking.tracker.place)));
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

/** What of a job may be told to others: no path of this machine, and no name of a file. */
function told({ name, base, train, validation, hashes, start, output, ...config }: Job): {
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

/** A started tracker that is told of the jobs that it shows, and of no other. */
interface OpenTracker {
  tell(event: StageEvent): void;
  troubles(): Generator<StageEvent>;
  end(): Promise<void>;
}

function openTracker({ env }: Context, { tracker, jobs }: Tracking, python: string): OpenTracker {
  const names = new Map(jobs.map(({ stage, about }) => [stage, about.job]));
  const started = startTracker(tracker, python, env);
  for (const { about } of jobs) started.tell(about);
  return {
    tell(event) {
      const job = names.get(event.stage);
      if (job === undefined) return;
      if (event.type === 'data') started.tell(event.data as TrainerEvent);
      if (event.type === 'failed') started.tell({ event: 'error', job, kind: 'internal', message: event.message });
    },
    *troubles() {
      for (const trouble of started.troubles())
        yield { type: 'warning', stage: 'train', message: `${tracker.name} is not told everything: ${trouble}` };
    },
    end: () => started.end(),
  };
}

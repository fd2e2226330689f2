import type { Context } from '../core/context.ts';
import type { StageEvent } from '../core/event.ts';
import { ensureLlamaCppSource } from '../trainers/gguf/llama-cpp-source.ts';
import { describeMachine } from './bench-machine.ts';
import { type BenchWorkspace, benchWorkspace } from './bench-regenerate/bench-workspace.ts';
import { CHANGES, type Change } from './bench-regenerate/changes.ts';
import { adapterHashes, refuseUnequal } from './bench-regenerate/refuse-unequal.ts';
import { type RenewedSelector, renewedRow, renewedSelector } from './bench-regenerate/renewed-selector.ts';
import { type TimedJob, timedJob } from './bench-regenerate/timed-job.ts';
import type { BenchFigures, BenchRow } from './bench-row.ts';
import { preparePython } from './prepare-python.ts';
import { median } from './scoring/median.ts';

export interface RegenerateBench {
  /** How often all is built anew, and changed. */
  repeats: number;
  /** Per tool. */
  traces: number;
}

/** Seconds of a full build, and of what follows each change by the name of its row. */
interface Repeat {
  full: TimedJob;
  changes: Map<string, TimedJob>;
  selector: RenewedSelector;
}

/**
 * Measures what a change of a server's tools costs beside a full build. First of all it has to be right: exactly what is stale is made again, and all
 * else has the bytes that it had. And what the selector loses that goes on from what it was.
 */
export async function* benchRegenerate(
  context: Context,
  { repeats, traces }: RegenerateBench,
): AsyncGenerator<StageEvent, BenchFigures, undefined> {
  // What is fetched or unpacked once on a machine is no part of a build.
  yield* preparePython(context);
  await ensureLlamaCppSource(context);
  const done: Repeat[] = [];
  // Each with a seed of its own: the same training again would say nothing of how the next one goes.
  for (let seed = 1; seed <= repeats; seed++)
    done.push(yield* repeatOnce(await benchWorkspace(context, `repeat-${seed}`, { traces, seed })));
  const rows = [...CHANGES.map((change) => rowOf(change, done)), renewedRow(done.map(({ selector }) => selector))];
  return { rows, machine: describeMachine() };
}

async function* repeatOnce({
  context,
  settings,
  server,
}: BenchWorkspace): AsyncGenerator<StageEvent, Repeat, undefined> {
  const full = yield* timedJob(context, settings);
  const changes = new Map<string, TimedJob>();
  let before = await adapterHashes(context.workspace);
  for (const change of CHANGES) {
    await change.edit(server);
    const job = yield* timedJob(context, settings);
    const now = await adapterHashes(context.workspace);
    refuseUnequal(change, job, { before, now });
    changes.set(change.name, job);
    before = now;
  }
  return { full, changes, selector: yield* renewedSelector(context, settings) };
}

function rowOf({ name, about, target }: Change, done: readonly Repeat[]): BenchRow {
  const of = (seconds: (repeat: Repeat) => number) => median(done.map(seconds));
  const secondsOf = ({ changes }: Repeat) => changes.get(name)!.seconds;
  const ratio = of((repeat) => secondsOf(repeat) / repeat.full.seconds);
  const [{ full, changes }] = done as [Repeat, ...Repeat[]];
  const again = changes.get(name)!;
  const made = [...again.trained.map((one) => `${one} trained`), ...again.adopted.map((one) => `${one} taken over`)];
  const note =
    `${about}: ${of(secondsOf).toFixed(1)} s after a full build of ${of((repeat) => repeat.full.seconds).toFixed(1)} s and ` +
    `${full.trained.length} adapters (median of ${done.length}); ${made.join(', ') || 'no adapter made'}; ` +
    `by stage ${stagesBeside(again, full)}`;
  return { name, ratio, target, limit: null, pass: ratio <= target, note };
}

/** Of the first repeat, without what takes no time: a stage may be made whole whatever changed. */
function stagesBeside(again: TimedJob, full: TimedJob): string {
  const worth = [...full.stages].filter(([, seconds]) => seconds >= 1);
  return worth
    .map(([name, seconds]) => `${name} ${again.stages.get(name)!.toFixed(1)} of ${seconds.toFixed(1)}`)
    .join(', ');
}

import { collectGarbage } from '../../core/collect-garbage.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { seededRandom } from '../../core/random.ts';
import type { Split } from '../../core/sample.ts';
import type { Catalogue } from '../../core/tool.ts';
import { type Fate, splitOf } from '../../datasets/fate.ts';
import { findLeaks, type Leak } from '../../datasets/find-leaks.ts';
import { type SplitResult, splitTraces } from '../../datasets/split-traces.ts';
import type { Settings } from '../settings.ts';
import type { TraceFiles } from '../trace-files.ts';
import type { Dealt, DealtBefore } from './dealt.ts';
import { NOWHERE, readColumns } from './read-columns.ts';
import type { Tally } from './tally.ts';

/** Where the traces of some files go. */
export interface TraceSplit {
  /** The split of each trace, by its number among all of them, from 0; `undefined` where it is not used. */
  splits: readonly (Split | undefined)[];
  used: number;
  lacking: SplitResult['lacking'];
  /** How many lie where they lay before. */
  kept: number;
  /** Traces that are gone and still count. */
  gone: Dealt[];
}

/** What `splitFiles` does, in this order, as its events name it. */
export const SPLIT_PHASES = ['reading and checking', 'dedupe and split', 'leak check'] as const;

interface SplitWork {
  stage: string;
  rejects: Tally;
  signal: AbortSignal;
  /** How traces were dealt out before; absent: all are dealt out. */
  before?: DealtBefore;
}

/**
 * Reads the traces, keeping only what the split needs, and deals them out.
 * @throws ToolkitError (failed) where anything alike stands on two sides: no figure measured on such a split is worth anything
 */
export async function* splitFiles(
  files: TraceFiles,
  catalogue: Catalogue,
  settings: Settings,
  { stage, rejects, signal, before }: SplitWork,
): AsyncGenerator<StageEvent, TraceSplit, undefined> {
  const begin = (phase: number): StageEvent => {
    signal.throwIfAborted();
    collectGarbage();
    return { type: 'progress', stage, done: 0, note: SPLIT_PHASES[phase] };
  };
  yield begin(0);
  const { columns, places, count, heldOutCount, pins, gone } = await readColumns(files, catalogue, {
    rejects,
    signal,
    before,
  });
  yield begin(1);
  const { fates, lacking } = splitTraces(
    columns,
    { ...settings.split, heldOutCount, pins, isGone: (trace) => places[trace] === NOWHERE },
    seededRandom(settings.seed, 'split'),
  );
  const splits = Array<Split | undefined>(count).fill(undefined);
  let [used, kept] = [0, 0];
  for (const [trace, fate] of fates.entries()) {
    if (places[trace] === NOWHERE) continue;
    const split = splitOf(fate);
    if (split === undefined) rejects.add(fate);
    else used += 1;
    if (split !== undefined && pins[trace] !== undefined) kept += 1;
    splits[places[trace]!] = split;
  }
  if (!splits.includes('train')) throw nothingLeft(files, used, rejects);
  yield begin(2);
  const leaks = findLeaks(columns, fates, settings.split.similarity);
  if (leaks.length > 0) throw leaking(files, leaks, { fates, places });
  return { splits, used, lacking, kept, gone };
}

function leaking(
  files: TraceFiles,
  leaks: readonly Leak[],
  { fates, places }: { fates: readonly Fate[]; places: Uint32Array },
): ToolkitError {
  const name = (trace: number) => `no. ${places[trace]! + 1} (${fates[trace]})`;
  return new ToolkitError({
    kind: 'failed',
    what: `the split leaks: ${leaks.length} pairs of traces are alike on two sides`,
    where: namesOf(files),
    found: leaks
      .slice(0, 5)
      .map(({ what, a, b }) => `${what}: ${name(a)}, ${name(b)}`)
      .join('; '),
    todo: 'this is an error in the toolkit: please report it with these traces',
  });
}

function namesOf({ heldOut, own }: TraceFiles): string {
  return [...(heldOut === undefined ? [] : [heldOut]), ...own].join(', ');
}

function nothingLeft(files: TraceFiles, used: number, rejects: Tally): ToolkitError {
  const reasons = Object.entries(rejects.counts()).map(([reason, count]) => `${count} × ${reason}`);
  return new ToolkitError({
    kind: 'input',
    what: used === 0 ? 'no trace can be used' : 'no trace is left to train on',
    where: namesOf(files),
    found: reasons.join('; ') || 'an empty file',
    todo: `run \`pnpm pipeline synthesize --force\`${files.heldOut === undefined ? '' : ', or choose another `split.heldOut`: what it holds cannot be trained on'}`,
  });
}

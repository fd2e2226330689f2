import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import type { StageEvent } from '../core/event.ts';
import { readJsonFile } from '../core/json-file.ts';
import { CatalogueSchema } from '../core/tool.ts';
import { describeMachine, type Machine } from './bench-machine.ts';
import type { BenchRow } from './bench-row.ts';
import { comparePeer, type PeerFigures } from './bench-synthesis/compare-peer.ts';
import { runStages } from './bench-synthesis/run-stages.ts';
import { type StageFigures, stageFigures } from './bench-synthesis/stage-figures.ts';
import { type MemorySample, watchMemory } from './bench-synthesis/watch-memory.ts';
import { writeDemoWorkspace } from './demo/workspace.ts';
import { discover } from './discover.ts';
import { loadSettings } from './settings.ts';
import { cataloguePath } from './workspace-files.ts';

export interface SynthesisBench {
  /** Traces to sample, check and split. */
  rows: number;
  /** Traces of which samples are built. */
  samples: number;
  /** Queries that are clustered by datasketch too, and how often; none: it is not asked. */
  peer: { queries: number; runs: number };
}

/** A figure with a bound: passed where `ratio` is at least `limit`. */
export type BoundRow = Omit<BenchRow, 'note'>;

export interface SynthesisFigures {
  rows: BoundRow[];
  machine: Machine;
  stages: StageFigures[];
  peer?: PeerFigures;
  /** Resident memory, once a second. */
  memory: { seconds: number; megabytes: number }[];
}

const SEED = 1;
const MEMORY_LIMIT_MB = 500;
const TIMES_FASTER = 5;
const MEGA = 1e6;

/**
 * Measures synthesis without servers: traces of the offline writer are sampled, checked, deduplicated and split as build-data does it, and
 * made into samples, all by streams; then dedupe's clusters beside datasketch's.
 */
export async function* benchSynthesis(
  context: Context,
  { rows, samples, peer: wanted }: SynthesisBench,
): AsyncGenerator<StageEvent, SynthesisFigures, undefined> {
  await writeDemoWorkspace(context.workspace, SEED);
  const settings = await loadSettings(context);
  yield* discover(context, settings);
  const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const traces = join(context.workspace, 'sampled-traces.jsonl');
  try {
    const endWatch = watchMemory();
    const spans = yield* runStages(context, { settings, catalogue, traces, rows, samples });
    const memory = await endWatch();
    const { queries, runs } = wanted;
    const peer =
      runs === 0
        ? undefined
        : yield* comparePeer(context, { traces, queries, threshold: settings.split.similarity, runs });
    return {
      rows: [memoryRow(memory, rows), ...(peer === undefined ? [] : [dedupeRow(peer)])],
      machine: describeMachine(),
      stages: stageFigures(spans, memory),
      peer,
      memory: eachSecond(memory),
    };
  } finally {
    await rm(traces, { force: true });
  }
}

function memoryRow(memory: readonly MemorySample[], rows: number): BoundRow {
  const most = memory.reduce((most, { bytes }) => Math.max(most, bytes), 0) / MEGA;
  const name = `${MEMORY_LIMIT_MB} MB of resident memory / the most that ${rows} streamed traces took`;
  return boundRow(name, MEMORY_LIMIT_MB / most, 1);
}

function dedupeRow({ queries, seconds, missedByPeer }: PeerFigures): BoundRow {
  const ratios = seconds.map(({ ours, peer }) => peer / ours).sort((a, b) => a - b);
  const clusters = missedByPeer === 0 ? 'equal clusters' : `${missedByPeer} links missed by datasketch`;
  const name = `datasketch's seconds / ours for clusters of ${queries} queries (median of ${seconds.length} runs, ${clusters})`;
  return boundRow(name, ratios[ratios.length >>> 1]!, TIMES_FASTER);
}

function boundRow(name: string, ratio: number, limit: number): BoundRow {
  return { name, ratio, target: limit, limit, pass: ratio >= limit };
}

function eachSecond(memory: readonly MemorySample[]): SynthesisFigures['memory'] {
  const start = memory[0]?.at ?? 0;
  const seconds = memory.map(({ at, bytes }) => ({
    seconds: Math.round((at - start) / 1000),
    megabytes: Math.round(bytes / MEGA),
  }));
  return [...Map.groupBy(seconds, (sample) => sample.seconds)].map(([second, samples]) => ({
    seconds: second,
    megabytes: Math.max(...samples.map(({ megabytes }) => megabytes)),
  }));
}

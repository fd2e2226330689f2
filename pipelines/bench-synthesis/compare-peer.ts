import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { writeJsonFile } from '../../core/json-file.ts';
import { readJsonl } from '../../core/jsonl.ts';
import { TraceSchema } from '../../core/trace.ts';
import { levelled } from '../../datasets/shingles.ts';
import { DATASKETCH_PLACE, datasketchClusters } from '../../trainers/bench/datasketch.ts';
import { preparePython } from '../prepare-python.ts';
import { clusterQueries } from './cluster-queries.ts';

/** Ours beside datasketch on the same queries. */
export interface PeerFigures {
  queries: number;
  /** Clusters that ours finds, and how many more the peer has because its hashing missed a pair. */
  clusters: number;
  missedByPeer: number;
  /** Processor seconds of each run, which other work on the machine does not change. */
  seconds: { ours: number; peer: number }[];
}

export interface Comparison {
  traces: string;
  queries: number;
  threshold: number;
  runs: number;
}

const STAGE = 'datasketch';

/** Clusters the first queries of a trace file by ours and by datasketch in turn. @throws ToolkitError (failed) where the clusters differ otherwise than by pairs that hashing missed */
export async function* comparePeer(
  context: Context,
  { traces, queries: most, threshold, runs }: Comparison,
): AsyncGenerator<StageEvent, PeerFigures, undefined> {
  const python = yield* preparePython(context, DATASKETCH_PLACE);
  const queries = await firstQueries(traces, most);
  const file = join(context.workspace, 'queries.json');
  await writeJsonFile(file, queries);
  const seconds: PeerFigures['seconds'] = [];
  let [clusters, missedByPeer] = [0, 0];
  for (let run = 0; run < runs; run++) {
    yield { type: 'progress', stage: STAGE, done: run, total: runs, note: `run ${run + 1}, ${queries.length} queries` };
    const peer = await datasketchClusters({ ...context, python }, { queries: file, threshold });
    const start = process.cpuUsage();
    const ours = clusterQueries(queries, threshold);
    const { user, system } = process.cpuUsage(start);
    seconds.push({ ours: (user + system) / 1e6, peer: peer.seconds });
    refuseOthers(ours, peer.clusters);
    clusters = new Set(ours).size;
    missedByPeer = new Set(peer.clusters).size - clusters;
  }
  return { queries: queries.length, clusters, missedByPeer, seconds };
}

async function firstQueries(path: string, most: number): Promise<string[]> {
  const queries: string[] = [];
  for await (const { messages } of readJsonl(path, TraceSchema)) {
    queries.push(levelled(messages[0]!.content ?? ''));
    if (queries.length >= most) break;
  }
  return queries;
}

/** The peer verifies what it finds, so its clusters may be parts of ours and nothing else. */
function refuseOthers(ours: readonly number[], peer: readonly number[]): void {
  const bad = peer.findIndex((first, query) => ours[query] !== ours[first]);
  if (bad === -1 && peer.length === ours.length) return;
  throw new ToolkitError({
    kind: 'failed',
    what: 'ours and datasketch find other clusters',
    found: `query ${bad} is together with ${peer[bad]} in datasketch's, with ${ours[bad]} in ours`,
    todo: 'this is an error in the toolkit: please report it',
  });
}

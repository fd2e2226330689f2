import type { SynthesisFigures } from '../../pipelines/bench-synthesis.ts';
import { markdownTable } from '../../pipelines/report/markdown-table.ts';

/** The figures of `pnpm bench synthesis` as markdown. */
export function synthesisText({ rows, machine, stages, peer }: SynthesisFigures): string {
  const stageTable = markdownTable(
    ['stage', 'traces', 'seconds', 'processor seconds', 'traces/s of a processor', 'memory at most, MB'],
    stages.map(({ stage, traces, seconds, processorSeconds, perSecond, peakMB }) => [
      stage,
      ...[traces, seconds.toFixed(1), processorSeconds.toFixed(1), perSecond, peakMB].map(String),
    ]),
  );
  const runs = peer?.seconds.map((run) => `${run.peer.toFixed(1)} s and ${run.ours.toFixed(1)} s`).join(', ');
  const boundTable = markdownTable(
    ['figure', 'ratio', 'at least', ''],
    rows.map(({ name, ratio, limit, pass }) => [name, ratio.toFixed(2), String(limit), pass ? 'met' : 'missed']),
  );
  return [
    stageTable,
    ...(peer === undefined
      ? []
      : [`datasketch and ours, processor time, ${peer.queries} queries, ${peer.clusters} clusters: ${runs}`]),
    boundTable,
    Object.values(machine).join(', '),
  ].join('\n\n');
}

import type { StepSpeed, TrainingRow } from '../../pipelines/bench-training/training-row.ts';
import type { TrainingFigures } from '../../pipelines/bench-training.ts';
import { markdownTable } from '../../pipelines/report/markdown-table.ts';

/** The figures of `pnpm bench training` as markdown. */
export function trainingText({ rows, machine }: TrainingFigures): string {
  const table = markdownTable(
    ['figure', 'ratio', 'to reach', 'limit', '', 'runs: peer, ours'],
    rows.map((row) => [
      `${row.name}: ${row.note}`,
      row.ratio.toFixed(2),
      `${row.name === 'makespan' ? '≤' : '≥'} ${row.target}`,
      row.limit === null ? '' : row.limit.toFixed(1),
      row.pass ? 'met' : 'missed',
      runsText(row),
    ]),
  );
  const speeds = rows.flatMap(({ name, speed }) =>
    speed === undefined ? [] : [speedRow(`${name}, peer`, speed.peer), speedRow(`${name}, ours`, speed.ours)],
  );
  const speedTable = markdownTable(['step', 'examples/s', 'tokens/s', 'trained tokens/s', 'share of peak'], speeds);
  return [table, ...(speeds.length === 0 ? [] : [speedTable]), Object.values(machine).join(', ')].join('\n\n');
}

function runsText({ runs = [] }: TrainingRow): string {
  const unit = runs[0]?.unit === 'MB' ? 'MB' : 's';
  const digits = unit === 'MB' ? 0 : 2;
  return runs.map(({ peer, ours }) => `${peer.toFixed(digits)} ${unit}, ${ours.toFixed(digits)} ${unit}`).join('; ');
}

function speedRow(name: string, speed: StepSpeed): string[] {
  const { examplesPerSecond, tokensPerSecond, trainedTokensPerSecond, shareOfPeak } = speed;
  const share = shareOfPeak === undefined ? '' : `${(100 * shareOfPeak).toFixed(1)}%`;
  return [name, examplesPerSecond.toFixed(2), tokensPerSecond.toFixed(0), trainedTokensPerSecond.toFixed(0), share];
}

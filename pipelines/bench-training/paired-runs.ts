import type { StageEvent } from '../../core/event.ts';
import { median } from '../scoring/median.ts';
import type { BenchSetup } from './bench-setup.ts';
import type { TrainingRow } from './training-row.ts';

type Runs = NonNullable<TrainingRow['runs']>;

/** Measures the peer and ours in turn, as often as the setup says. @returns the runs, and the median of the peer's figures by ours */
export async function* pairedRuns(
  { runs: count }: Pick<BenchSetup, 'runs'>,
  name: string,
  unit: Runs[number]['unit'],
  measure: { peer: () => Promise<number>; ours: () => Promise<number> },
): AsyncGenerator<StageEvent, { runs: Runs; ratio: number }, undefined> {
  const runs: Runs = [];
  for (let run = 0; run < count; run++) {
    yield { type: 'progress', stage: name, done: run, total: count, note: `run ${run + 1}` };
    const peer = await measure.peer();
    runs.push({ peer, ours: await measure.ours(), unit });
  }
  return { runs, ratio: median(runs.map(({ peer, ours }) => peer / ours)) };
}

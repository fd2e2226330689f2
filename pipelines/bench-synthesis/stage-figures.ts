import type { MemorySample } from './watch-memory.ts';

/** One piece of work and when it was done (`Date.now()`). */
export interface StageSpan {
  stage: string;
  traces: number;
  from: number;
  to: number;
}

export interface StageFigures {
  stage: string;
  traces: number;
  seconds: number;
  perSecond: number;
  /** Most resident memory of the process meanwhile. */
  peakMB: number;
}

export function stageFigures(spans: readonly StageSpan[], memory: readonly MemorySample[]): StageFigures[] {
  return spans.map(({ stage, traces, from, to }) => {
    const seconds = (to - from) / 1000;
    let peak = 0;
    for (const { at, bytes } of memory) if (at >= from && at <= to) peak = Math.max(peak, bytes);
    return { stage, traces, seconds, perSecond: Math.round(traces / seconds), peakMB: Math.round(peak / 1e6) };
  });
}

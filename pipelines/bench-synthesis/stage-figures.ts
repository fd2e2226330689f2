import type { MemorySample } from './watch-memory.ts';

/** One piece of work and when it was done (`Date.now()`). */
export interface StageSpan {
  stage: string;
  traces: number;
  from: number;
  to: number;
  processorSeconds: number;
}

export interface StageFigures {
  stage: string;
  traces: number;
  seconds: number;
  /** Unlike `seconds`, other work on the machine does not change them. */
  processorSeconds: number;
  /** Traces for each processor second. */
  perSecond: number;
  /** Most resident memory of the process meanwhile. */
  peakMB: number;
}

export function stageFigures(spans: readonly StageSpan[], memory: readonly MemorySample[]): StageFigures[] {
  return spans.map(({ stage, traces, from, to, processorSeconds }) => {
    const seconds = (to - from) / 1000;
    let peak = 0;
    for (const { at, bytes } of memory) if (at >= from && at <= to) peak = Math.max(peak, bytes);
    const perSecond = Math.round(traces / processorSeconds);
    return { stage, traces, seconds, processorSeconds, perSecond, peakMB: Math.round(peak / 1e6) };
  });
}

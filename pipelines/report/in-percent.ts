import type { ChartInterval } from './interval-chart.ts';

/** A share and its interval, of 100. */
export function inPercent(share: ChartInterval): ChartInterval;
export function inPercent(share: ChartInterval | null): ChartInterval | null;
export function inPercent(share: ChartInterval | null): ChartInterval | null {
  return share && { value: 100 * share.value, low: 100 * share.low, high: 100 * share.high };
}

import type { CustomSeriesOption } from 'echarts';
import { type Chart, drawn, FAMILY, FONT, forBoth, INK, POINT_TOOLTIP, SMALL } from './chart.ts';
import type { SystemLook } from './system-look.ts';

/** A value with its interval, in the units of the axis; without one where `low` and `high` are the value. */
export interface ChartInterval {
  value: number;
  low: number;
  high: number;
}

export interface IntervalRow {
  label: string;
  /** One for each series; `null` where there is none. */
  values: readonly (ChartInterval | null)[];
  /** Told of the row where a pointer is. */
  about?: string;
}

/** The axis of an interval chart. */
export interface IntervalAxis {
  min?: number;
  max?: number;
  /** Between labels, on wide and on narrow screens. */
  step?: { wide: number; narrow: number };
  unit: string;
  /** A value in words, at the right of its row. */
  words(value: number): string;
}

/** Shares of 0 to 100. */
export const PERCENT: IntervalAxis = {
  min: 0,
  max: 100,
  step: { wide: 25, narrow: 50 },
  unit: '%',
  words: (value) => `${Math.round(value)}%`,
};

const LANE = 15;
const GAP = 14;
const AXIS = 34;

/** Values with their intervals as marks and lines, a band for each row and in it a lane for each series. */
export function intervalChart(
  rows: readonly IntervalRow[],
  series: readonly SystemLook[],
  axis: IntervalAxis = PERCENT,
): Chart {
  const { min, max, step } = axis;
  const layout = (labels: number, interval?: number) => ({
    grid: { left: labels + 10 },
    xAxis: { interval },
    yAxis: { axisLabel: { width: labels } },
  });
  const option = {
    grid: { right: 52, top: 4, bottom: AXIS - 4 },
    tooltip: POINT_TOOLTIP,
    xAxis: {
      type: 'value',
      min,
      max,
      axisLabel: { ...SMALL, formatter: `{value}${axis.unit}`, hideOverlap: true },
      splitLine: { lineStyle: { color: INK.line } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.map(({ label }) => label),
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: INK.line } },
      axisLabel: { ...FONT, interval: 0, overflow: 'truncate' },
    },
    series: series.map((one, lane) => laneSeries(rows, one, { lane, lanes: series.length, axis })),
  } as const;
  return {
    option: forBoth(option, layout(190, step?.wide), layout(108, step?.narrow)),
    height: rows.length * (series.length * LANE + GAP) + AXIS,
  };
}

function laneSeries(
  rows: readonly IntervalRow[],
  { name, color, symbol }: SystemLook,
  { lane, lanes, axis }: { lane: number; lanes: number; axis: IntervalAxis },
): CustomSeriesOption {
  const found = rows.flatMap(({ label, values, about }, index) => {
    const interval = values[lane];
    return interval ? [{ ...rounded(interval), label, about, index }] : [];
  });
  const told = (value: number) => `${value}${axis.unit}`;
  return {
    type: 'custom',
    name,
    clip: false,
    encode: { x: [0, 2, 3], y: 1 },
    data: found.map(({ label, about, index, value, low, high }) => ({
      value: [value, index, low, high],
      tip: [
        `${label}: ${name}`,
        low === high ? told(value) : `${told(value)}   [${told(low)} to ${told(high)}]`,
        ...(about ? [about] : []),
      ].join('\n'),
    })),
    renderItem: drawn('interval', {
      color,
      symbol,
      paper: INK.paper,
      offset: (lane - (lanes - 1) / 2) * LANE,
      words: found.map(({ value }) => axis.words(value)),
      text: { fill: INK.muted, fontSize: 11, fontFamily: FAMILY },
    }),
  };
}

function rounded({ value, low, high }: ChartInterval): ChartInterval {
  const round = (one: number) => Math.round(10 * one) / 10;
  return { value: round(value), low: round(low), high: round(high) };
}

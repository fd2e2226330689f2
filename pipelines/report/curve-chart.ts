import type { EChartsOption } from 'echarts';
import { chunks } from '../../core/chunks.ts';
import { drawn, INK, SMALL, TOOLTIP } from './chart.ts';
import type { Point } from './training-curve.ts';

/** Points that a line of this width can show. */
const MAX_POINTS = 200;

export interface CurveLine {
  name: string;
  points: readonly Point[];
  colour: string;
  /** Shown as a circle each; else only their line is. */
  single?: boolean;
}

export interface CurveMarks {
  /** Where the kept adapter was made. */
  kept?: Point;
  /** Steps at which a training that was interrupted went on. */
  resumed: readonly number[];
  /** Steps of warnings. */
  warnings: readonly number[];
}

/** Values over the steps of one training. @param options.max top of the scale; absent: by the values */
export function curveChart(
  lines: readonly CurveLine[],
  options: { max?: number; marks?: CurveMarks } = {},
): EChartsOption {
  const label = { ...SMALL, fontSize: 11 };
  return {
    tooltip: { ...TOOLTIP, trigger: 'axis', axisPointer: { lineStyle: { color: INK.muted } } },
    grid: { left: 34, right: 8, top: 10, bottom: 20 },
    xAxis: {
      type: 'value',
      max: 'dataMax',
      splitNumber: 2,
      axisLabel: { ...label, showMaxLabel: false },
      axisLine: { lineStyle: { color: INK.line } },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: options.max,
      splitNumber: 2,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { ...label, formatter: drawn('shortNumber') },
      splitLine: { lineStyle: { color: INK.line } },
    },
    series: [...lines.map(lineSeries), ...(options.marks ? markSeries(options.marks) : [])],
  };
}

type Series = Extract<EChartsOption['series'], readonly unknown[]>[number];

function lineSeries({ name, points, colour, single = false }: CurveLine): Series {
  return {
    type: 'line',
    name,
    data: single ? points.map(([step, value]) => [step, rounded(value)]) : thin(points),
    showSymbol: single,
    symbol: 'circle',
    symbolSize: 5,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: single ? 2 : 1.5 },
  };
}

/** Marks differ in shape, for those who do not tell the colours apart. */
function markSeries({ kept, resumed, warnings }: CurveMarks): Series[] {
  const mark = { type: 'scatter', silent: true } as const;
  const dashed = { type: 'dashed', color: INK.muted, width: 1 } as const;
  return [
    ...(kept
      ? [
          {
            ...mark,
            name: 'kept',
            data: [[...kept]],
            symbol: 'diamond',
            symbolSize: 11,
            itemStyle: { color: INK.text },
          },
        ]
      : []),
    {
      ...mark,
      name: 'warnings',
      data: warnings.map((step) => [step, 0]),
      symbol: 'triangle',
      symbolSize: 9,
      itemStyle: { color: 'var(--miss)' },
    },
    {
      ...mark,
      name: 'resumed',
      data: [],
      markLine: {
        silent: true,
        symbol: 'none',
        label: { show: false },
        lineStyle: dashed,
        data: resumed.map((xAxis) => ({ xAxis })),
      },
    },
  ];
}

/** Means of neighbours, so that a long training stays readable. */
function thin(points: readonly Point[]): Point[] {
  const size = Math.ceil(points.length / MAX_POINTS);
  if (size <= 1) return points.map(([step, value]) => [step, rounded(value)]);
  return chunks(points, size).map((group) => [
    group.at(-1)![0],
    rounded(group.reduce((sum, [, value]) => sum + value, 0) / group.length),
  ]);
}

/** More digits nobody reads. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

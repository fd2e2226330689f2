import type { CustomSeriesOption, EChartsOption } from 'echarts';
import type { Share } from '../../core/metrics.ts';
import { FONT, INK } from './chart.ts';
import { type MarkShape, symbolShape } from './mark-shape.ts';

export interface IntervalRow {
  label: string;
  /** One for each series; `null` where there is none. */
  shares: readonly Share[];
}

const LANE = 15;
const GAP = 14;
const AXIS = 34;

/** Shares with their intervals as dots and lines, a band for each row and in it a lane for each series. */
export function intervalChart(
  rows: readonly IntervalRow[],
  series: readonly { name: string; color: string; symbol: MarkShape }[],
  width: number,
): { option: EChartsOption; height: number } {
  const narrow = width < 500;
  const band = series.length * LANE + GAP;
  const height = rows.length * band + AXIS;
  const labelWidth = narrow ? 108 : 190;
  const option: EChartsOption = {
    grid: { left: labelWidth + 10, right: 46, top: 4, bottom: AXIS - 4 },
    xAxis: {
      type: 'value',
      min: 0,
      max: 1,
      interval: narrow ? 0.5 : 0.25,
      axisLabel: { ...FONT, color: INK.muted, formatter: (value: number) => `${Math.round(value * 100)}%` },
      splitLine: { lineStyle: { color: INK.line } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.map(({ label }) => label),
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: INK.line } },
      axisLabel: {
        ...FONT,
        fontSize: narrow ? 11 : 12,
        interval: 0,
        formatter: (label: string) => clipTo(label, narrow ? 16 : 28),
      },
    },
    series: series.map((one, lane) =>
      laneSeries(rows, one, { lane, offset: (lane - (series.length - 1) / 2) * LANE, right: width - 40 }),
    ),
  };
  return { option, height };
}

/** By the length: without a browser, widths of text are guesses. */
function clipTo(label: string, length: number): string {
  return label.length > length ? `${label.slice(0, length - 1)}…` : label;
}

function laneSeries(
  rows: readonly IntervalRow[],
  { name, color, symbol }: { name: string; color: string; symbol: MarkShape },
  { lane, offset, right }: { lane: number; offset: number; right: number },
): CustomSeriesOption {
  const data = rows.flatMap(({ shares }, index) => {
    const share = shares[lane];
    return share ? [[share.value, index, share.low, share.high]] : [];
  });
  return {
    type: 'custom',
    name,
    data,
    silent: true,
    renderItem: (_params, api) => {
      const at = (dimension: number) => api.coord([api.value(dimension), api.value(1)]);
      const [x, middle] = at(0) as [number, number];
      const y = middle + offset;
      return {
        type: 'group',
        children: [
          {
            type: 'line',
            shape: { x1: at(2)[0]!, y1: y, x2: at(3)[0]!, y2: y },
            style: { stroke: color, lineWidth: 2, opacity: 0.55 },
          },
          { type: 'path', shape: symbolShape(symbol, x, y), style: { fill: color, stroke: INK.paper, lineWidth: 1 } },
          {
            type: 'text',
            x: right,
            y,
            style: {
              text: `${Math.round(Number(api.value(0)) * 100)}%`,
              fill: INK.muted,
              fontSize: 11,
              fontFamily: 'inherit',
              verticalAlign: 'middle',
            },
          },
        ],
      };
    },
  };
}

import type { CustomSeriesOption, EChartsOption, XAXisComponentOption } from 'echarts';
import { type Chart, drawn, INK, POINT_TOOLTIP, SMALL } from './chart.ts';
import type { ChartInterval } from './interval-chart.ts';
import type { SystemLook } from './system-look.ts';

const HEIGHT = 250;
/** Between the intervals of two systems, which would else cover one another. */
const APART = 9;

/** One value of a line. */
export interface StepPoint extends ChartInterval {
  /** Place on the x axis: a value, or the number of a category. */
  x: number;
  tip: string;
}

/** Shares of 0 to 100 with their intervals over something, a line for each system. @param lines in the order of the looks */
export function stepsChart(
  lines: readonly (readonly StepPoint[])[],
  looks: readonly SystemLook[],
  {
    x,
    y,
    apart = APART,
    more = [],
  }: {
    x: { name: string } & ({ categories: string[] } | { min: number; max: number });
    y?: string;
    apart?: number;
    more?: Extract<EChartsOption['series'], readonly unknown[]>;
  },
): Chart {
  const xAxis: XAXisComponentOption = {
    ...('categories' in x ? { type: 'category', data: x.categories } : { type: 'value', min: x.min, max: x.max }),
    name: x.name,
    nameLocation: 'middle',
    nameGap: 28,
    nameTextStyle: SMALL,
    axisLabel: SMALL,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: INK.line } },
    splitLine: { show: false },
  };
  return {
    height: HEIGHT,
    option: {
      grid: { left: 46, right: 16, top: y === undefined ? 10 : 28, bottom: 44 },
      tooltip: POINT_TOOLTIP,
      xAxis,
      yAxis: {
        type: 'value',
        min: 0,
        max: 100,
        interval: 25,
        name: y,
        nameTextStyle: { ...SMALL, align: 'left', padding: [0, 0, 0, -40] },
        axisLabel: { ...SMALL, formatter: '{value}%' },
        splitLine: { lineStyle: { color: INK.line } },
      },
      series: [
        ...more,
        ...lines.map((line, lane) => lineOf(line, looks[lane]!, (lane - (looks.length - 1) / 2) * apart)),
      ],
    },
  };
}

function lineOf(line: readonly StepPoint[], { name, color, symbol }: SystemLook, offset: number): CustomSeriesOption {
  const points = line.map(({ x, value, low, high }) => [x, value, low, high]);
  return {
    type: 'custom',
    name,
    data: line.map(({ tip }, at) => ({ value: points[at]!, tip })),
    renderItem: drawn('steps', { color, symbol, paper: INK.paper, offset, points }),
  };
}

import type { EChartsOption } from 'echarts';
import { FONT, INK } from './chart.ts';
import type { TrainingCurve } from './training-curve.ts';

/** Points that a line of this width can show. */
const MAX_POINTS = 200;

/** Loss over the steps of one training; where there are evaluations, those as a second line. */
export function lossChart(curve: TrainingCurve): EChartsOption {
  const label = { ...FONT, color: INK.muted, fontSize: 11 };
  const line = { type: 'line', showSymbol: false, silent: true } as const;
  return {
    grid: { left: 28, right: 8, top: 10, bottom: 20 },
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
      splitNumber: 2,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: label,
      splitLine: { lineStyle: { color: INK.line } },
    },
    series: [
      { ...line, name: 'training', data: thin(curve.training), lineStyle: { color: 'var(--system-0)', width: 1.5 } },
      {
        ...line,
        name: 'validation',
        data: curve.validation,
        showSymbol: true,
        symbol: 'circle',
        symbolSize: 5,
        itemStyle: { color: 'var(--system-2)' },
        lineStyle: { color: 'var(--system-2)', width: 2 },
      },
    ],
  };
}

/** Means of neighbours, so that a long training stays readable. */
function thin(points: readonly [number, number][]): [number, number][] {
  const size = Math.ceil(points.length / MAX_POINTS);
  if (size <= 1) return [...points];
  const groups = Array.from({ length: Math.ceil(points.length / size) }, (_, index) =>
    points.slice(index * size, (index + 1) * size),
  );
  return groups.map((group) => [group.at(-1)![0], group.reduce((sum, [, loss]) => sum + loss, 0) / group.length]);
}

import type { CustomSeriesOption, EChartsOption } from 'echarts';
import type { Offers } from '../../core/metrics.ts';
import { FONT, INK } from './chart.ts';
import { symbolShape } from './mark-shape.ts';
import type { SystemLook } from './system-look.ts';

const HEIGHT = 250;
/** Between the intervals of two systems, which would else cover one another. */
const APART = 9;

/** Call accuracy with its intervals over the number of tools on offer, a line for each system. */
export function offersChart(
  { sizes }: Offers,
  looks: readonly SystemLook[],
  width: number,
): { option: EChartsOption; height: number } {
  const label = { ...FONT, color: INK.muted };
  const option: EChartsOption = {
    grid: { left: 46, right: 12, top: 10, bottom: 44 },
    xAxis: {
      type: 'category',
      data: sizes.map(({ tools }) => String(tools)),
      name: 'tools on offer',
      nameLocation: 'middle',
      nameGap: 28,
      nameTextStyle: label,
      axisLabel: label,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: INK.line } },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: 1,
      interval: 0.25,
      axisLabel: { ...label, formatter: (value: number) => `${Math.round(value * 100)}%` },
      splitLine: { lineStyle: { color: INK.line } },
    },
    series: looks.map((look, lane) => lineOf(sizes, look, (lane - (looks.length - 1) / 2) * APART)),
  };
  return { option, height: width < 500 ? HEIGHT - 30 : HEIGHT };
}

function lineOf(sizes: Offers['sizes'], { name, color, symbol }: SystemLook, offset: number): CustomSeriesOption {
  const data = sizes.flatMap(({ systems }, index) => {
    const share = systems[name]?.call_accuracy;
    return share ? [[index, share.value, share.low, share.high]] : [];
  });
  const at = (point: number[], value: number, coord: (point: number[]) => number[]): [number, number] => {
    const [x, y] = coord([point[0]!, value]) as [number, number];
    return [x + offset, y];
  };
  return {
    type: 'custom',
    name,
    data,
    silent: true,
    renderItem: (params, api) => {
      const point = data[params.dataIndex]!;
      const next = data[params.dataIndex + 1];
      const coord = (place: number[]) => api.coord(place);
      const [x, y] = at(point, point[1]!, coord);
      const line = (from: [number, number], to: [number, number], opacity: number) =>
        ({
          type: 'line',
          shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
          style: { stroke: color, lineWidth: 2, opacity },
        }) as const;
      return {
        type: 'group',
        children: [
          ...(next ? [line([x, y], at(next, next[1]!, coord), 1)] : []),
          line(at(point, point[2]!, coord), at(point, point[3]!, coord), 0.4),
          {
            type: 'path',
            shape: symbolShape(symbol, x, y),
            style: { fill: color, stroke: INK.paper, lineWidth: 1 },
          },
        ],
      };
    },
  };
}

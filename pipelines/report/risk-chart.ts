import type { RiskPoint } from '../statistics/risk-coverage.ts';
import { type Chart, INK, SMALL, TOOLTIP } from './chart.ts';
import type { SelectionQuality } from './predictions/selection-quality.ts';
import type { SystemLook } from './system-look.ts';

/** Points that a line of this width can show. */
const MAX_POINTS = 200;

/** Risk against coverage: wrong calls as a solid line, wrong selections as a dashed one. */
export function riskChart(all: readonly SelectionQuality[], looks: readonly SystemLook[]): Chart {
  const axis = {
    type: 'value',
    min: 0,
    axisLabel: { ...SMALL, formatter: '{value}%' },
    nameTextStyle: SMALL,
    splitLine: { lineStyle: { color: INK.line } },
  } as const;
  return {
    height: 250,
    option: {
      grid: { left: 46, right: 16, top: 28, bottom: 44 },
      tooltip: { ...TOOLTIP, trigger: 'axis', axisPointer: { lineStyle: { color: INK.muted } } },
      xAxis: { ...axis, max: 100, name: 'steps taken', nameLocation: 'middle', nameGap: 28 },
      yAxis: {
        ...axis,
        splitNumber: 4,
        name: 'wrong',
        nameTextStyle: { ...SMALL, align: 'left', padding: [0, 0, 0, -40] },
      },
      series: all.flatMap(({ calls, selections }, at) => [
        line(calls.points, looks[at]!, 'solid'),
        line(selections.points, looks[at]!, 'dashed'),
      ]),
    },
  };
}

/** Both lines of a system have its name, so that they are shown and hidden together. */
function line(points: readonly RiskPoint[], { name, color }: SystemLook, type: 'solid' | 'dashed') {
  const step = Math.ceil(points.length / MAX_POINTS);
  const shown = points.filter((_, at) => at % step === 0 || at === points.length - 1);
  return {
    type: 'line' as const,
    name,
    showSymbol: false,
    symbol: 'circle',
    itemStyle: { color },
    lineStyle: { color, type, width: type === 'solid' ? 2 : 1.5 },
    data: shown.map(({ coverage, risk }) => [Number((100 * coverage).toFixed(2)), Number((100 * risk).toFixed(2))]),
  };
}

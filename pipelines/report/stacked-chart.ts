import type { EChartsOption } from 'echarts';
import { chart, FONT, INK, POINT_TOOLTIP, SMALL } from './chart.ts';
import { type Html, html } from './html.ts';
import { legend } from './legend.ts';

const ROW = 34;
/** As many as the page's styles have. */
const COLOURS = 8;

/** Amounts of several kinds, a bar for each row, the kinds one after another. @param label what it shows, for those who cannot see it */
export function stackedChart(
  rows: readonly string[],
  series: readonly { name: string; values: readonly number[]; color?: string }[],
  label: string,
): Html {
  const shown = series
    .map((one, index) => ({ color: `var(--kind-${index % COLOURS})`, ...one, symbol: 'square' as const }))
    .filter(({ values }) => values.some(Boolean));
  const option: EChartsOption = {
    grid: { left: 130, right: 24, top: 4, bottom: 26 },
    tooltip: POINT_TOOLTIP,
    xAxis: {
      type: 'value',
      axisLabel: { ...SMALL, hideOverlap: true },
      splitLine: { lineStyle: { color: INK.line } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: [...rows],
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { ...FONT, width: 120, overflow: 'truncate' },
    },
    series: shown.map(({ name, values, color }) => ({
      type: 'bar' as const,
      stack: 'all',
      name,
      barWidth: 16,
      emphasis: { disabled: true },
      itemStyle: { color, borderColor: INK.paper, borderWidth: 1 },
      data: values.map((value, row) => ({ value, tip: `${rows[row]}: ${name}\n${Math.round(value)}` })),
    })),
  };
  return html`${legend(shown)}${chart({ option, height: rows.length * ROW + 30 }, label)}`;
}

import { type EChartsOption, init } from 'echarts';
import { Html, html } from './html.ts';

export interface ChartSize {
  width: number;
  height: number;
}

/** What charts are drawn with: CSS variables, so that one drawing suits both themes. */
export const INK = {
  text: 'var(--ink)',
  muted: 'var(--muted)',
  line: 'var(--line)',
  paper: 'var(--paper)',
} as const;

/** Text of charts, in the units of their drawing. */
export const FONT = { color: INK.text, fontSize: 12, fontFamily: 'inherit' } as const;

/** Draws a chart as SVG without a browser. All text in it is escaped. @param label what it shows, for those who cannot see it */
export function drawChart(option: EChartsOption, { width, height }: ChartSize, label: string): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: 'transparent',
      textStyle: { fontFamily: 'inherit' },
      ...option,
    });
    return dress(chart.renderToSVGString(), label);
  } finally {
    chart.dispose();
  }
}

/**
 * Scales with its place and says what it is. Styles for hovering have no use in a still picture, and clipping none where all lies inside;
 * both would carry numbers that differ from run to run.
 */
function dress(svg: string, label: string): Html {
  const body = svg
    .slice(svg.indexOf('>') + 1)
    .replaceAll(/<style\s*>[\s\S]*?<\/style>/g, '')
    .replaceAll(/<defs\s*>[\s\S]*?<\/defs>| clip-path="[^"]*"/g, '')
    .replaceAll(/ class="zr\d+-cls-\d+"| ecmeta_\w+="[^"]*"/g, '');
  const viewBox = /viewBox="([\d. ]+)"/.exec(svg)![1]!;
  return html`<svg viewBox="${viewBox}" role="img" aria-label="${label}" xmlns="http://www.w3.org/2000/svg">${new Html(body)}`;
}

/** Draws a chart for wide and for narrow screens; the page shows the one that fits. */
export function drawForBoth(draw: (width: number) => { option: EChartsOption; height: number }, label: string): Html {
  const at = (width: number) => {
    const { option, height } = draw(width);
    return drawChart(option, { width, height }, label);
  };
  return html`<div class="wide">${at(760)}</div><div class="narrow">${at(350)}</div>`;
}

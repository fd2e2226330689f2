import type { EChartsOption } from 'echarts';
import { embeddedJson } from './data/embedded-json.ts';
import { type Html, html } from './html.ts';

/** A chart as data: the page's script draws it when it comes into view (client/charts.js). */
export interface Chart {
  /** Without functions but those that `drawn` names. */
  option: EChartsOption;
  /** In pixels. */
  height: number;
}

/** What charts are drawn with: CSS variables, so that one drawing suits both themes. */
export const INK = {
  text: 'var(--ink)',
  muted: 'var(--muted)',
  line: 'var(--line)',
  paper: 'var(--paper)',
} as const;

/** The family of all charts, the page's own: by name, as a browser measures no text in `inherit`. */
export const FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** Text of charts. */
export const FONT = { color: INK.text, fontSize: 12, fontFamily: FAMILY } as const;
export const SMALL = { ...FONT, color: INK.muted } as const;

/** Up to this width charts are drawn for a narrow screen. */
const NARROW = 500;

/**
 * Names a function of client/drawings.js, with what it is told.
 * @returns what stands in its place in an option
 */
export function drawn(name: 'interval' | 'steps' | 'shortNumber' | 'tip', told: object = {}): never {
  return { $draw: name, ...told } as never;
}

/** Shown where a pointer is; drawn as text, never as HTML, as names come from servers. */
export const TOOLTIP = {
  renderMode: 'richText',
  confine: true,
  backgroundColor: INK.paper,
  borderColor: INK.muted,
  borderWidth: 1,
  padding: 8,
  textStyle: FONT,
} as const;

/** Tells of each point what it carries as `tip`. */
export const POINT_TOOLTIP = { ...TOOLTIP, trigger: 'item', formatter: drawn('tip') } as const;

/** The place of a chart. @param label what it shows, for those who cannot see it */
export function chart({ option, height }: Chart, label: string): Html {
  const common: EChartsOption = {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: FAMILY },
    legend: { show: false },
    aria: { enabled: false },
  };
  const { baseOption, media } = option as { baseOption?: EChartsOption; media?: object[] };
  const whole = media ? { baseOption: { ...common, ...baseOption }, media } : { ...common, ...option };
  return html`<div class="chart" role="img" aria-label="${label}" style="height: ${height}px">${embeddedJson(whole)}</div>`;
}

/** Options for wide screens and what differs on narrow ones. */
export function forBoth(option: EChartsOption, wide: EChartsOption, narrow: EChartsOption): EChartsOption {
  return { baseOption: option, media: [{ query: { maxWidth: NARROW }, option: narrow }, { option: wide }] };
}

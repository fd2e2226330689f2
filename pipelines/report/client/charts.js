// Draws the charts that the page carries as options of echarts, each when it first comes into view.
import { drawings } from './drawings.js';

/** Options are JSON: `{$draw: name, …}` stands for a function of `drawings`. */
const resolved = (value) => {
  if (Array.isArray(value)) return value.map(resolved);
  if (value === null || typeof value !== 'object') return value;
  if (value.$draw !== undefined) return drawings[value.$draw](value);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === 'data' ? one : resolved(one)]));
};

const draw = (place) => {
  const option = JSON.parse(place.querySelector('script').textContent);
  const inner = document.createElement('div');
  place.append(inner);
  const chart = globalThis.echarts.init(inner, null, { renderer: 'svg' });
  chart.setOption(resolved(option));
  place.drawn = chart;
  for (const name of place.hiddenSeries ?? []) chart.dispatchAction({ type: 'legendUnSelect', name });
  new ResizeObserver(() => inner.clientWidth > 0 && chart.resize()).observe(place);
};

/** A button of a legend shows and hides a series, in a chart that is drawn or will be. */
const toggle = (button) => {
  const isShown = button.getAttribute('aria-pressed') !== 'true';
  button.setAttribute('aria-pressed', String(isShown));
  const { name } = button.dataset;
  for (const place of button.closest('figure').querySelectorAll('.chart')) {
    place.hiddenSeries ??= new Set();
    if (isShown) place.hiddenSeries.delete(name);
    else place.hiddenSeries.add(name);
    place.drawn?.dispatchAction({ type: isShown ? 'legendSelect' : 'legendUnSelect', name });
  }
};

export const startCharts = () => {
  const inView = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        inView.unobserve(target);
        draw(target);
      }
    },
    { rootMargin: '300px' },
  );
  for (const place of document.querySelectorAll('.chart')) inView.observe(place);
  for (const button of document.querySelectorAll('.legend button'))
    button.addEventListener('click', () => toggle(button));
  addEventListener('beforeprint', () => {
    for (const place of document.querySelectorAll('.chart'))
      if (place.drawn === undefined && place.checkVisibility()) draw(place);
  });
};

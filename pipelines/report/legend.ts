import { type Html, html } from './html.ts';
import type { SystemLook } from './system-look.ts';

/** Which colour and shape is which series of a figure's charts; its buttons show and hide them. */
export function legend(looks: readonly SystemLook[]): Html {
  return html`<ul class="legend">${looks.map(
    ({ name, color, symbol }) =>
      html`<li><button type="button" aria-pressed="true" data-name="${name}"><span class="mark ${symbol}" style="--mark: ${color}"></span>${name}</button></li>`,
  )}</ul>`;
}

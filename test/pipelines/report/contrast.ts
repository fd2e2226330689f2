/// <reference lib="dom" />
import type { Page } from 'playwright-core';

/** Elements whose own colour stands out too little from what is behind them, by the formula of WCAG 2. */
export async function lowContrast(page: Page, selector: string, property: string, least: number): Promise<string[]> {
  return page.locator(selector).evaluateAll(
    (elements, [name, limit]) => {
      const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
      // Painted one over the other, as the browser does, so that transparent colours count right.
      const paint = (...layers: string[]) => {
        canvas.clearRect(0, 0, 1, 1);
        for (const layer of layers) {
          canvas.fillStyle = layer;
          canvas.fillRect(0, 0, 1, 1);
        }
        const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => {
          const share = value / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
      };
      return elements.flatMap((element) => {
        const behind: string[] = [];
        const start = name === 'background-color' ? element.parentElement : element;
        for (let at: Element | null = start; at; at = at.parentElement)
          behind.unshift(getComputedStyle(at).backgroundColor);
        const own = getComputedStyle(element).getPropertyValue(name as string);
        const [a, b] = [paint(...behind, own), paint(...behind)].sort((x, y) => y - x) as [number, number];
        const contrast = (a + 0.05) / (b + 0.05);
        return contrast < Number(limit)
          ? [`${element.tagName} ${element.className} ${contrast.toFixed(2)}: ${element.textContent?.slice(0, 30)}`]
          : [];
      });
    },
    [property, least] as const,
  );
}

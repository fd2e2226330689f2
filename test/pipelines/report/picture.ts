/// <reference lib="dom" />
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBrowser } from './browser.ts';

/**
 * Takes a picture of a report:
 * `node test/pipelines/report/picture.ts demo/report/report.html docs/pictures/report.png [--at ID] [--open SELECTOR] [--dark] [--width 1000] [--height 1400]`.
 * `--at`: from the element with this id on; `--open`: clicks that first.
 */
const [report, picture, ...flags] = process.argv.slice(2);
if (report === undefined || picture === undefined) throw new Error('which report, and where to put its picture?');
const flagged = (flag: string) => (flags.includes(flag) ? flags[flags.indexOf(flag) + 1] : undefined);
const width = Number(flagged('--width') ?? 1000);
const browser = await openBrowser();
try {
  const colorScheme = flags.includes('--dark') ? 'dark' : 'light';
  const page = await browser.newPage({
    viewport: { width, height: Number(flagged('--height') ?? 1400) },
    colorScheme,
    deviceScaleFactor: 1.5,
  });
  page.on('console', (message) => process.stderr.write(`${message.text()}\n`));
  page.on('pageerror', (error) => process.stderr.write(`${error.message}\n`));
  await page.goto(pathToFileURL(resolve(report)).href);
  const [at, open] = [flagged('--at'), flagged('--open')];
  await page.waitForTimeout(500);
  if (open !== undefined) await page.locator(open).click();
  if (at !== undefined) await page.evaluate((id) => document.getElementById(id)!.scrollIntoView(), at);
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.chart')].every((chart) => {
      const { top, bottom } = chart.getBoundingClientRect();
      return top > innerHeight || bottom < 0 || !chart.checkVisibility() || chart.querySelector('svg') !== null;
    }),
  );
  await page.screenshot({ path: resolve(picture) });
} finally {
  await browser.close();
}

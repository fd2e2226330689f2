/// <reference lib="dom" />
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Context } from '../../core/context.ts';
import { readManifest } from '../../core/manifest.ts';
import { CACHE_FOLDER } from '../../core/project.ts';
import { planReport, report } from '../../pipelines/report.ts';
import { stamp } from '../fixtures/stamp.ts';
import { openBrowser } from './report/browser.ts';
import { completeStage } from './report/complete-stage.ts';
import { lowContrast } from './report/contrast.ts';
import { DATA_SETTINGS, dataWorkspace, HOSTILE, HOSTILE_RESULT } from './report/data-workspace.ts';
import { reportWorkspace } from './report/report-workspace.ts';

vi.setConfig({ testTimeout: 120_000 });
const settings = DATA_SETTINGS;

/** Opens all that can be opened, and brings every chart into view, as only then it is drawn. */
async function drawAll(page: Page) {
  await page.evaluate(async () => {
    for (const one of document.querySelectorAll('details')) one.open = true;
    for (const chart of document.querySelectorAll('.chart')) {
      chart.scrollIntoView();
      while (chart.querySelector('svg') === null) await new Promise((done) => setTimeout(done, 20));
    }
  });
}

async function makeReport(context: Context) {
  const events = [];
  for await (const event of report(context, settings)) events.push(event);
  const folder = join(context.workspace, 'report');
  return { events, folder, page: await readFile(join(folder, 'report.html'), 'utf8') };
}

describe('in a browser', () => {
  let browser: Browser;
  let url: string;
  const open = async (width: number, colorScheme: 'light' | 'dark') => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const trouble: string[] = [];
    page.on('console', (message) => trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('request', (request) => request.url() !== url && trouble.push(`request ${request.url()}`));
    page.on('dialog', (dialog) => trouble.push(`dialog ${dialog.message()}`));
    await page.goto(url);
    await page.locator('#browse-filters').waitFor();
    return { page, trouble };
  };

  beforeAll(async () => {
    const { folder } = await makeReport(await reportWorkspace());
    url = pathToFileURL(join(folder, 'report.html')).href;
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test('loads nothing, runs only its own scripts, draws every chart, reports nothing', async () => {
    const { page, trouble } = await open(1000, 'light');
    await drawAll(page);
    expect(await page.title()).toBe('Tool-calling report');
    await page.evaluate('for (const one of document.querySelectorAll(".traces details")) one.open = true');
    expect(await page.locator('img, link, iframe, object, [onerror], [onload]').count()).toBe(0);
    const scripts = await page
      .locator('script')
      .evaluateAll((all) => all.map((one) => (one as HTMLScriptElement).type));
    expect(scripts.filter((type) => type === '')).toHaveLength(2);
    expect(new Set(scripts)).toEqual(new Set(['', 'application/json']));
    const charts = await page
      .locator('.chart')
      .evaluateAll((all) => all.map((one) => one.querySelectorAll('svg path').length));
    expect(charts).toHaveLength(1 + 1 + 1 + 1 + 2 + 1 + 3 + (1 + 1 + 1) + 4 * (1 + 3));
    expect(Math.min(...charts)).toBeGreaterThan(3);
    expect(trouble).toEqual([]);
  });

  test('shows what servers and models wrote as text', async () => {
    const { page } = await open(1000, 'light');
    await drawAll(page);
    await page.evaluate('for (const one of document.querySelectorAll(".traces details")) one.open = true');
    await page.locator('.sample').last().waitFor();
    const text = await page.evaluate(() => {
      const main = document.querySelector('main')!.cloneNode(true) as HTMLElement;
      for (const script of main.querySelectorAll('script')) script.remove();
      return main.textContent!;
    });
    expect(text).toContain(HOSTILE);
    expect(text).toContain('Write <b>');
    expect(text).toContain('<img src=x onerror=alert(1)>');
    expect(await page.locator('svg text', { hasText: '<script>' }).count()).toBeGreaterThan(0);
    expect(await page.locator('.query b').count()).toBe(0);
    const results = await page.locator('.turn.result pre').allTextContents();
    expect(results).toContain(HOSTILE_RESULT);
    expect(await page.locator('.query', { hasText: 'Run <b>it</b>' }).count()).toBe(1);
  });

  test('charts tell their points where a pointer is, and hide systems by keyboard', async () => {
    const { page, trouble } = await open(1000, 'light');
    const chart = page.locator('section[aria-labelledby=scores] .chart');
    const marks = () => chart.locator('path[fill^="var(--system"]');
    await marks().first().waitFor();
    expect(await marks().count()).toBe(6 * 4);
    await marks().first().hover();
    await chart.locator('svg text', { hasText: /^\d+(\.\d)?% +\[\d/ }).waitFor();
    await page.locator('section[aria-labelledby=scores] .legend button', { hasText: 'monolithic' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => marks().count()).toBe(6 * 3);
    expect(await page.locator('.legend button[aria-pressed=false]').allTextContents()).toEqual(['monolithic']);
    await page.keyboard.press('Enter');
    await expect.poll(() => marks().count()).toBe(6 * 4);
    expect(trouble).toEqual([]);
  });

  test('compares the systems in pairs, and says where a difference may be chance', async () => {
    const { page } = await open(1000, 'light');
    const rows = page.locator('section[aria-labelledby=scores] table', { hasText: 'Pair' }).locator('tbody tr');
    expect(await rows.locator('th').allTextContents()).toEqual([
      'decoupled − base',
      'decoupled − monolithic',
      'decoupled − decoupled-shared',
      'monolithic − base',
    ]);
    expect(await rows.first().locator('td').last().textContent()).toBe('< 0.001');
    const lead = await page.locator('header p').allTextContents();
    expect(lead[1]).toMatch(/^Decoupled against base: \+\d.* p < 0\.001\.$/);
    expect(lead.filter((sentence) => sentence.endsWith('this may be chance.')).length).toBeGreaterThan(0);
    const tools = page.locator('section[aria-labelledby=tools] details', { hasText: 'Differences by tool' });
    expect(await tools.locator('tbody tr').count()).toBe(13);
  });

  test('says how sure selections are, which adapters pay and what steps cost', async () => {
    const { page } = await open(1000, 'light');
    const reliability = page.locator('section[aria-labelledby=calibration] tbody').first().locator('tr');
    expect(await reliability.locator('th').allTextContents()).toEqual(['decoupled-shared', 'decoupled']);
    const cells = (await reliability.last().locator('td').allTextContents()).map(Number);
    expect(cells[0]).toBe(180);
    expect(cells[2]).toBeLessThan(cells[3]!);
    expect(cells[4]).toBeLessThan(cells[5]!);
    const worth = page.locator('section[aria-labelledby=worth]');
    expect(await worth.locator('p').first().textContent()).toBe(
      'Of no tool is it shown that its own argument adapter pays.',
    );
    expect(await worth.locator('tbody tr').count()).toBe(2);
    expect(await worth.locator('tbody tr').first().textContent()).toMatch(/60 snot shown$/);
    const costs = page.locator('section[aria-labelledby=costs] tbody');
    expect(await costs.first().locator('tr').count()).toBe(4);
    expect(await costs.last().locator('tr').allTextContents()).toEqual([
      'decoupled-shared3603.14.03.2 GB5.0 MB',
      'decoupled3603.14.03.2 GB5.0 MB',
    ]);
    expect(await page.locator('section[aria-labelledby=errors] tbody').first().locator('tr').count()).toBe(5);
  });

  test('tells unscored steps from wrong ones', async () => {
    const { page } = await open(1000, 'light');
    const scores = page.locator('section[aria-labelledby=scores]');
    const steps = scores.locator('tbody').first().locator('td:nth-child(2)');
    expect(await steps.allTextContents()).toEqual(['180 (2 unscored)', '180', '180', '180']);
    expect(await scores.locator('.note').first().textContent()).toMatch(
      /^Unscored are steps .* neither right nor wrong/,
    );
  });

  test('shows suites of agent tasks: rules, axes, requirements, and which tasks have no result', async () => {
    const { page } = await open(1000, 'light');
    const bodies = page.locator('section[aria-labelledby=suites] tbody');
    const rows = async (at: number) =>
      Promise.all((await bodies.nth(at).locator('tr').all()).map((row) => row.locator('th, td').allTextContents()));
    expect(await rows(0)).toEqual([
      ['base', '2', '0', ...Array(4).fill('unscored'), '3.0', '2.0'],
      ['hosted', '2', '2', '0.788', ...Array(3).fill('8.00'), '3.0', '2.0'],
    ]);
    const rules = ['75.0%', '75.0%', '75.0%', '100.0%', '25.0%'];
    expect(await rows(1)).toEqual([
      ['base', ...rules],
      ['hosted', ...rules],
    ]);
    expect(await rows(2)).toEqual([['decoupled', '2', '1', '75.0%', '8.00', '4', '1', '1', '4 of 5']]);
    const reason = 'no server of the workspace is <b>Paper Search</b>';
    expect(await rows(3)).toEqual([
      ['MCP-Bench, base', 'not run', reason, '3'],
      ['MCP-Bench, base', 'failed', 'the server ended', '1'],
      ['MCP-Bench, base', 'not drawn', 'limit on the number of tasks', '1'],
      ['MCP-Bench, base', 'unscored', 'no model judges: suite.judge in workspace.yaml is not set', '2'],
      ['MCP-Bench, hosted', 'not run', reason, '3'],
      ['MCP-Bench, hosted', 'failed', 'the server ended', '1'],
      ['MCP-Bench, hosted', 'not drawn', 'limit on the number of tasks', '1'],
      ['ToolFit (own tasks), decoupled', 'unscored', 'nobody gave a verdict', '1'],
    ]);
    const marks = page.locator('section[aria-labelledby=suites] .chart').first().locator('path[fill^="var(--system"]');
    await page.locator('section[aria-labelledby=suites] .chart').first().scrollIntoViewIfNeeded();
    await expect.poll(() => marks.count()).toBe(4 + 8);
  });

  test('shows BFCL by category and group, a column for each system', async () => {
    const { page } = await open(1000, 'light');
    const section = page.locator('section[aria-labelledby=bfcl]');
    const rows = section.locator('tbody tr');
    expect(await section.locator('thead th').allTextContents()).toEqual([
      ...['Category', 'Asked', 'Refused', 'base', 'decoupled'],
    ]);
    expect(await rows.locator('th').allTextContents()).toEqual([
      ...['irrelevance', 'live_irrelevance', 'simple', '= non_live', '= live', '= irrelevance'],
    ]);
    expect(await rows.first().locator('td').allTextContents()).toEqual([
      ...['4', '0', '75.0% [30–95]', '66.7% [21–94] (1 unscored)'],
    ]);
    expect(await rows.last().locator('td').allTextContents()).toEqual(['', '', '62.5%', '83.3%']);
    expect(await rows.nth(3).locator('td').last().textContent()).toBe('–');
  });

  test('every failure can be found: by system, kind, tools, words and what others made of it', async () => {
    const { page, trouble } = await open(1000, 'light');
    const count = async () => Number((await page.textContent('#failure-count'))!.split(' ')[0]);
    const outcomes = page.locator('section[aria-labelledby=failures] table tbody tr');
    const told = async (kind: string) =>
      Number(await outcomes.filter({ hasText: kind }).locator('td').last().textContent());
    expect(await count()).toBe(180 - (await told('Right')));
    await page.selectOption('#failure-filters [name=outcome]', 'wrong_tool');
    expect(await count()).toBe(await told('Wrong tool'));
    const wrongTools = await count();
    await page.selectOption('#failure-filters [name=rest]', 'right');
    const oneRight = await count();
    await page.selectOption('#failure-filters [name=rest]', 'wrong');
    expect(oneRight + (await count())).toBe(wrongTools);
    await page.click('#failure-filters button[type=reset]');
    await page.selectOption('#failure-filters [name=error]', 'made-up');
    expect(await count()).toBeGreaterThan(0);
    await page.click('#failure-filters button[type=reset]');
    await expect.poll(count).toBe(180 - (await told('Right')));
    await page.selectOption('#failure-filters [name=system]', '');
    expect(await page.locator('#failure-list > li').count()).toBe(25);
    expect(await page.textContent('#failure-pages span')).toMatch(/^1 to 25 of \d+$/);
    await page.locator('#failure-pages button', { hasText: 'Next' }).click();
    expect(await page.textContent('#failure-pages span')).toMatch(/^26 to 50 of \d+$/);
    expect(await page.locator('#failure-list > li').count()).toBe(25);
    await page.fill('#failure-filters [name=text]', 'notes/77.txt');
    expect(await count()).toBe(1);
    expect(trouble).toEqual([]);
  });

  test('a failure stands beside what was expected and what the other systems made of it, by keyboard', async () => {
    const { page, trouble } = await open(1000, 'light');
    await page.selectOption('#failure-filters [name=outcome]', 'missing_argument');
    await page.locator('#failure-list summary').first().focus();
    await page.keyboard.press('Enter');
    const opened = page.locator('#failure-list .opened');
    await opened.waitFor();
    expect(await opened.locator('.made h4 b').allTextContents()).toEqual([
      'Expected',
      'base',
      'monolithic',
      'decoupled-shared',
      'decoupled',
    ]);
    const last = opened.locator('.made').last();
    expect(await last.locator('mark').allTextContents()).toEqual(['"notes.txt"']);
    expect(await last.locator('.scores').textContent()).toMatch(/✓ selection .*✗ AST/);
    expect(await last.locator('.ranked li').count()).toBe(2);
    expect(await last.locator('.chips').textContent()).toMatch(/^Missing: content/);
    expect(trouble).toEqual([]);
  });

  test('what would be trained in a failed step is marked, where the samples hold it', async () => {
    const { page } = await open(1000, 'light');
    await page.fill('#failure-filters [name=text]', 'held-out:kept#0');
    await page.selectOption('#failure-filters [name=system]', '');
    await page.locator('#failure-list summary').first().click();
    const samples = page.locator('#failure-list .sample');
    await samples.first().waitFor();
    expect((await samples.locator('mark').allTextContents()).join()).toMatch(/read",.*"h\.txt"/s);
  });

  test('a mistake of the confusion matrix leads to its steps', async () => {
    const { page } = await open(1000, 'light');
    const link = page.locator('section[aria-labelledby=confusion] details[open] .matrix a').first();
    const times = await link.textContent();
    await link.click();
    await page.locator('#failure-count', { hasText: new RegExp(`^${times} of`) }).waitFor();
    expect(await page.inputValue('#failure-filters [name=system]')).toBe('3');
    expect(await page.inputValue('#failure-filters [name=wanted]')).not.toBe('');
    expect(await page.inputValue('#failure-filters [name=chosen]')).not.toBe('');
  });

  test('tells which adapter writes which tool’s arguments, and by what it was chosen', async () => {
    const { page } = await open(1000, 'light');
    const section = page.locator('section[aria-labelledby=choices]');
    expect(await section.locator('li').textContent()).toMatch(
      /^own against shared: \+10\.0 points \[.* on 20 calls of 3 tools/,
    );
    const cells = await section.locator('tbody tr').first().locator('th, td').allTextContents();
    expect(cells.slice(0, 5)).toEqual(['files.read_text_file', 'own', '10', '80.0%', '100.0%']);
    expect(cells[5]).toMatch(/^\+20\.0 \[−\d+\.\d to \+\d+\.\d\]$/);
  });

  test('can be read by all: one h1, headings in order, labelled charts, tables with headers and captions', async () => {
    const { page } = await open(1000, 'light');
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    const levels = await page
      .locator('h1, h2, h3, h4')
      .evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1])));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, index) => level - (levels[index - 1] ?? 0) <= 1)).toBe(true);
    expect(await page.locator('.chart').count()).toBeGreaterThan(10);
    expect(await page.locator('.chart:not([role=img][aria-label])').count()).toBe(0);
    const tables = await page.locator('table').count();
    expect(tables).toBeGreaterThan(20);
    expect(await page.locator('table:has(> caption):has(thead th[scope=col]):has(tbody th[scope=row])').count()).toBe(
      tables,
    );
    const links = await page.locator('nav a').evaluateAll((all) => all.map((one) => one.getAttribute('href')!));
    expect(links.length).toBeGreaterThan(12);
    for (const link of links) expect(await page.locator(`h2${link}`).count()).toBe(1);
    const ids = await page
      .locator('[aria-labelledby]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-labelledby')!));
    for (const id of ids) expect(await page.locator(`[id="${id}"]`).count()).toBe(1);
  });

  test('tells how each adapter was trained: from its row to its curves, and more where it is opened', async () => {
    const { page, trouble } = await open(1000, 'light');
    const row = page.locator('#training ~ .scroll tbody tr', { hasText: 'arguments-files-read_text_file' });
    expect(await row.locator('th, td').allTextContents()).toEqual([
      'arguments-files-read_text_file',
      '90 of 120',
      '0.172',
      '90.0%',
      '60.0%',
      '128',
      '1.0 min',
      '2.0 GB',
      'resumed, warned',
    ]);
    await row.locator('a').click();
    const figure = page.locator('#training-arguments-files-read_text_file');
    expect(await figure.evaluate((one) => one.matches(':target'))).toBe(true);
    expect(await figure.locator('figcaption').textContent()).toBe(
      '120 steps, validation 0.75 → 0.13, kept: step 90, resumed, warned',
    );
    // Two lines, the kept step as a diamond, the warning as a triangle, the resumption as a dashed line.
    await expect.poll(() => figure.locator('path[stroke-dasharray]').count()).toBe(1);
    expect(await figure.locator('svg:visible').count()).toBe(1);
    await figure.locator('summary').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => figure.locator('svg:visible').count()).toBe(4);
    expect(await figure.locator('details').textContent()).toContain('Step 70: memory ran out: <b>half</b>');
    expect(await figure.locator('.chart').last().getAttribute('aria-label')).toMatch(/Norm of the gradient, .*→/);
    expect(trouble).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('has enough contrast in the %s theme', async (theme) => {
    const { page } = await open(1000, theme);
    await page.selectOption('#failure-filters [name=system]', '');
    await drawAll(page);
    await page.locator('.sample').last().waitFor();
    expect(
      await lowContrast(
        page,
        'main :is(p, h1, h2, h3, h4, th, td, dd, dt, summary, pre, figcaption, caption, code, li, span:not(.mark), mark, label, input, select, button, a, b)',
        'color',
        4.5,
      ),
    ).toEqual([]);
    expect(await lowContrast(page, 'svg text', 'fill', 4.5)).toEqual([]);
    expect(await lowContrast(page, '.mark', 'background-color', 3)).toEqual([]);
  });

  test.each([360, 390, 768, 1280])('fits a screen of %i pixels', async (width) => {
    const { page } = await open(width, 'light');
    await drawAll(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const sizes = await page
      .locator('svg:visible text')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
    expect(Math.min(...sizes)).toBeGreaterThan(9);
  });

  test('pictures for people to look at', async () => {
    const folder = join(CACHE_FOLDER, 'test', 'report-pictures');
    await mkdir(folder, { recursive: true });
    for (const [name, width, theme] of [
      ['light', 1000, 'light'],
      ['dark', 1000, 'dark'],
      ['phone', 390, 'light'],
    ] as const) {
      const { page } = await open(width, theme);
      await page.evaluate('for (const one of document.querySelectorAll(".chart")) one.scrollIntoView()');
      const picture = await page.screenshot({ fullPage: true, path: join(folder, `${name}.png`) });
      expect(picture.length).toBeGreaterThan(50_000);
    }
  });
});

describe('ten thousand steps', () => {
  let browser: Browser;
  let url: string;
  let page: Page;
  const trouble: string[] = [];

  beforeAll(async () => {
    const { folder, page: text } = await makeReport(await reportWorkspace(10_000, ['decoupled']));
    expect(text.length).toBeLessThan(15_000_000);
    url = pathToFileURL(join(folder, 'report.html')).href;
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    page.on('console', (message) => trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(error.message));
  });
  afterAll(() => browser?.close());

  test('are seen at once: what is in view is drawn, and little more is in the page', async () => {
    await page.goto(url);
    await page.locator('section[aria-labelledby=scores] .chart svg').waitFor();
    const drawn = await page.evaluate('performance.now()');
    await page.locator('#failure-filters').waitFor();
    const listed = await page.evaluate('performance.now()');
    const painted = await page.evaluate('performance.getEntriesByName("first-contentful-paint")[0].startTime');
    const nodes = await page.evaluate('document.querySelectorAll("*").length');
    process.stdout.write(
      `ten thousand steps: text after ${ms(painted)}, chart after ${ms(drawn)}, list after ${ms(listed)}, ${nodes} elements\n`,
    );
    expect(nodes).toBeLessThan(6000);
    expect(await page.locator('.chart svg').count()).toBeLessThan(4);
    expect(await page.locator('#failure-list > li').count()).toBe(25);
  });

  test('are filtered, and paged through, with as few elements as before', async () => {
    const before = await page.evaluate<number>('document.querySelectorAll("*").length');
    await page.selectOption('#failure-filters [name=outcome]', 'wrong_tool');
    await page.selectOption('#failure-filters [name=order]', 'sure');
    for (let turn = 0; turn < 5; turn++) await page.locator('#failure-pages button', { hasText: 'Next' }).click();
    await page.fill('#failure-filters [name=text]', 'notes/9');
    expect(await page.textContent('#failure-count')).toMatch(/^\d+ of [12]\d{3} steps$/);
    expect(await page.evaluate<number>('document.querySelectorAll("*").length')).toBeLessThan(before + 500);
    expect(trouble).toEqual([]);
  });
});

const ms = (time: unknown) => `${Math.round(Number(time))} ms`;

describe('the traces in a browser', () => {
  let browser: Browser;
  let url: string;
  const open = async (options: { width?: number; javaScriptEnabled?: boolean } = {}) => {
    const { width = 1000, ...other } = options;
    const page = await browser.newPage({ viewport: { width, height: 900 }, ...other });
    const trouble: string[] = [];
    page.on('console', (message) => trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('request', (request) => request.url() !== url && trouble.push(`request ${request.url()}`));
    await page.goto(url);
    if (options.javaScriptEnabled !== false) await page.locator('#browse-filters').waitFor();
    return { page, trouble, queries: () => page.locator('#browse-list .query').allTextContents() };
  };

  beforeAll(async () => {
    const { folder } = await makeReport(await dataWorkspace());
    url = pathToFileURL(join(folder, 'report.html')).href;
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test('are filtered by text, tool, kind, difficulty and split', async () => {
    const { page, trouble, queries } = await open();
    expect(await queries()).toHaveLength(12);
    await page.fill('[name=text]', 'SHOW the a.txt');
    expect((await queries()).sort()).toEqual(['Show the file a.txt', 'Show the file a.txt', 'Show the file a.txt now']);
    await page.selectOption('[name=split]', 'not used');
    expect(await queries()).toEqual(['Show the file a.txt']);
    expect(await page.textContent('#browse-count')).toBe('1 of 12 traces');
    await page.click('button[type=reset]');
    await page.selectOption('[name=tool]', 'notes.add');
    await page.selectOption('[name=kind]', 'chain');
    expect(await queries()).toEqual(['Look into d.txt, then write down what it says']);
    await page.selectOption('[name=difficulty]', 'easy');
    expect(await queries()).toEqual([]);
    await page.click('button[type=reset]');
    await page.selectOption('[name=tool]', 'no call');
    expect(await queries()).toEqual(['Good morning to you']);
    await page.click('button[type=reset]');
    await page.fill('[name=text]', '<img src=x');
    expect(await queries()).toEqual(['Read my notes about cats']);
    expect(trouble).toEqual([]);
  });

  test('are reached and opened by keyboard alone', async () => {
    const { page, trouble } = await open();
    await page.focus('[name=text]');
    await page.keyboard.type('chained');
    for (const _ of ['tool', 'kind', 'difficulty', 'split', 'writer', 'clear', 'first trace'])
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const opened = page.locator('.opened');
    await opened.waitFor();
    expect(await opened.locator('.turn').count()).toBe(5);
    expect(await opened.locator('.sample').count()).toBe(4);
    expect(await opened.locator('.sample').first().locator('mark').allTextContents()).toEqual(['read",', 'add",']);
    expect(await opened.locator('.sample').nth(2).locator('mark').allTextContents()).toEqual([
      expect.stringContaining('"title": "d", "tag": "a"'),
    ]);
    expect(trouble).toEqual([]);
  });

  test('of a tool are found from its row in the table', async () => {
    const { page, queries } = await open();
    await page.click('a[data-tool="notes.add"]');
    await page.locator('#browse-count', { hasText: '3 of 12' }).waitFor();
    expect(await queries()).toContain('Bread should be bought');
    expect(await page.inputValue('[name=tool]')).toBe('notes.add');
  });

  test('are not needed to read the tables: without scripts', async () => {
    const { page } = await open({ javaScriptEnabled: false });
    expect(await page.locator('.coverage tbody tr').count()).toBe(4);
    expect(await page.locator('.coverage .chip.none', { hasText: 'binary 0' }).isVisible()).toBe(true);
    expect(await page.locator('.notice', { hasText: 'scripts are off' }).isVisible()).toBe(true);
    expect(await page.locator('form').isVisible()).toBe(false);
  });

  test.each([360, 768])('fit a screen of %i pixels', async (width) => {
    const { page } = await open({ width });
    await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
    await page.locator('.sample').last().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });
});

test('shows the data before there is an evaluation, and the same data in the same bytes', async () => {
  const context = await dataWorkspace();
  const { events, page, folder } = await makeReport(context);
  expect(events.at(-1)).toMatchObject({ type: 'done', counts: { traces: 12, tools: 4 } });
  expect(page).toContain('<h1>What the data hold</h1>');
  expect(page).toContain('There is no evaluation yet');
  expect(page).not.toContain('The systems compared');
  expect(page).toContain('2 more reasons, 21 attempts');
  expect(await readFile(join(folder, 'summary.md'), 'utf8')).toContain('- 10 of 12 traces are used');
  expect((await makeReport(context)).events).toMatchObject([{ type: 'skipped' }]);
  expect((await makeReport(await dataWorkspace())).page).toBe(page);
});

test('no text of the data ends the block that holds them', async () => {
  const { page } = await makeReport(await dataWorkspace());
  const [, block] = page.split('<script type="application/json" id="browse-data">');
  const json = block!.slice(0, block!.indexOf('</script>'));
  expect(json).not.toContain('<');
  expect(JSON.stringify(JSON.parse(json))).toContain(JSON.stringify(HOSTILE_RESULT).slice(1, -1));
});

test('says whether the data are those of the evaluation, and shows newer ones as newer', async () => {
  const context = await reportWorkspace(30);
  expect((await makeReport(context)).page).toContain('The adapters were evaluated on these data');
  const samples = join(context.workspace, 'samples');
  await writeFile(join(samples, 'rejects.json'), '{"trace: newer": 7}');
  await stamp(samples);
  const { page } = await makeReport(context);
  expect(page).toContain('The evaluation above was made from older ones');
  expect(page).toContain('trace: newer');
  expect(page).toContain('The decoupled system decides');
  expect(page).toContain('>samples (of the data shown)<');
  expect(page).not.toContain('>samples<');
});

test('refuses samples whose traces are no longer those that they were made from', async () => {
  const context = await dataWorkspace();
  await completeStage(context.workspace, 'traces', { 'traces.jsonl': '' });
  await expect(planReport(context, settings)).rejects.toThrow('no longer there as they were');
  await rm(join(context.workspace, 'samples'), { recursive: true });
  await expect(planReport(context, settings)).rejects.toThrow('run `pnpm pipeline build-data` first');
});

test('is the same for the same evaluation, and is skipped when fresh', async () => {
  const context = await reportWorkspace(30);
  const first = await makeReport(context);
  expect(first.events.at(-1)).toMatchObject({ type: 'done', counts: { systems: 4, adapters: 4 } });
  expect((await makeReport(context)).events).toMatchObject([{ type: 'skipped' }]);
  expect(first.page).toContain('adapters/selector<');
  expect(first.page).not.toMatch(/selector\.partial|arguments-files-gone/);
  expect((await makeReport(await reportWorkspace(30))).page).toBe(first.page);
});

const CURVE = '{"event":"step","step":1,"loss":1}\n';
const DATA = ['What the traces cover', 'id="browse-data"'];
const SHOWN = [
  ...DATA,
  'adapters/selector<',
  'Loss of selector',
  'adapters/monolithic<',
  'samples<',
  'traces<',
  '>bundle<',
];

test.each<[string, (workspace: string) => Promise<unknown>, string[]]>([
  [
    'an adapter that was trained again',
    (workspace) => completeStage(workspace, 'adapters/selector', { 'training.jsonl': CURVE }),
    ['adapters/selector<', 'Loss of selector'],
  ],
  [
    'an adapter whose log was changed',
    (workspace) => writeFile(join(workspace, 'adapters/selector/training.jsonl'), CURVE),
    ['adapters/selector<', 'Loss of selector'],
  ],
  [
    'an adapter whose log became a folder',
    async (workspace) => {
      await rm(join(workspace, 'adapters/selector/training.jsonl'));
      await mkdir(join(workspace, 'adapters/selector/training.jsonl'));
    },
    ['adapters/selector<', 'Loss of selector'],
  ],
  [
    'samples that were changed, and what they were made from',
    (workspace) => writeFile(join(workspace, 'samples/rejects.json'), '[]'),
    ['samples<', 'traces<', ...DATA],
  ],
  [
    'a bundle that was changed, and its adapters',
    (workspace) => writeFile(join(workspace, 'bundle/bundle.json'), '{}'),
    ['>bundle<', 'adapters/selector<', 'Loss of selector', 'adapters/monolithic<'],
  ],
])('shows nothing of %s', async (_name, change, gone) => {
  const context = await reportWorkspace(30);
  const whole = (await makeReport(context)).page;
  expect(SHOWN.filter((text) => !whole.includes(text))).toEqual([]);
  await change(context.workspace);
  const { events, page } = await makeReport(context);
  expect(events.at(-1)).toMatchObject({ type: 'done' });
  expect(SHOWN.filter((text) => !page.includes(text)).sort()).toEqual(gone.sort());
});

test('the summary has the figures, and names from servers cannot become markup', async () => {
  const { folder } = await makeReport(await reportWorkspace(60));
  const summary = await readFile(join(folder, 'summary.md'), 'utf8');
  expect(summary).toMatch(
    /^# How well the tools are called\n\nThe decoupled system decides \d+\.\d% of 60 held-out steps rightly/,
  );
  expect(summary).toMatch(/\| decoupled \| 60 \| \d+\.\d% \|/);
  expect(summary).toMatch(/- decoupled: calibration error of the selection 0\.\d{3}; AURC 0\.\d{3}/);
  expect(summary).toMatch(/- Of no tool is it shown that its own argument adapter pays/);
  for (const line of [
    '- decoupled: adapter switch 3.0 ms (p95 4.0 ms, n 120), resident peak 3.1 GB, engine state 5.0 MB.',
    '- base: 2 steps unscored, as the endpoint never answered; no figure counts them.',
    '- MCP-Bench, hosted: overall 0.788, valid names 75.0%, fits schema 75.0%, works 75.0%, completion 8.00, tool usage 8.00, planning 8.00 (2 of 7 tasks, 1 failed, 3 not run, 1 not drawn).',
    '- ToolFit (own tasks), decoupled: score 8.00 of 10, 4 of 6 requirements satisfied, 1 unscored (2 of 2 tasks).',
    '- BFCL (bfcl-base-decoupled), decoupled: non\\_live –, live –, irrelevance 83.3%, 1 unscored.',
  ])
    expect(summary.split('\n')).toContain(line);
  expect(summary).toMatch(/- suites\/mcp-bench\/base\/scores: `sha256:/);
  expect(summary).toMatch(/- evaluation: `sha256:[0-9a-f]{64}`/);
});

test('does without trainings, without a bundle and with one system', async () => {
  const context = await reportWorkspace(20);
  const evaluation = join(context.workspace, 'evaluation');
  const metrics = JSON.parse(await readFile(join(evaluation, 'metrics.json'), 'utf8'));
  const base = { ...metrics, systems: { base: metrics.systems.base }, differences: [] };
  await writeFile(join(evaluation, 'metrics.json'), JSON.stringify(base));
  await stamp(evaluation);
  for (const folder of ['adapters', 'bundle']) await rm(join(context.workspace, folder), { recursive: true });
  const { page } = await makeReport(context);
  expect(page).toContain('The base system decides');
  expect(page).not.toContain('Training of the adapters');
  expect(page).not.toContain('paired bootstrap');
});

test('shows the curve over the number of tools only where it is fresh and that of the evaluated bundle', async () => {
  const context = await reportWorkspace(30);
  const shown = (await makeReport(context)).page;
  expect(shown).toContain('More tools on offer');
  expect(shown).toMatch(/<th scope="row">50<\/th><td[^>]*>38<\/td>/);
  const path = join(context.workspace, 'offers', 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...manifest, inputs: { bundle: 'sha256:other' } }));
  expect((await makeReport(context)).page).not.toContain('More tools on offer');
  await writeFile(path, JSON.stringify({ ...manifest, settings: { ...manifest.settings, sizes: [5, 10] } }));
  expect((await makeReport(context)).page).not.toContain('More tools on offer');
  await writeFile(path, JSON.stringify(manifest));
  expect((await makeReport(context)).page).toContain('More tools on offer');
  await writeFile(join(context.workspace, 'offers', 'offers.json'), '{}');
  expect((await makeReport(context)).page).not.toContain('More tools on offer');
});

test('shows suites and BFCL only of the evaluated bundle and tools, and is stale when they change', async () => {
  const context = await reportWorkspace(20);
  const shown = async () => {
    const { page, events } = await makeReport(context);
    expect(events.at(-1)!.type).toBe('done');
    return ['suites/mcp-bench/base/scores', 'suites/mcp-bench/hosted/scores', 'suites/toolfit-tasks/decoupled/scores']
      .concat('bfcl-base-decoupled')
      .filter((artefact) => page.includes(`>${artefact}<`));
  };
  const at = (path: string) => join(context.workspace, path);
  const { hash } = (await readManifest(at('bundle')))!;
  await completeStage(context.workspace, 'bfcl.old', { 'bfcl.json': 'of a run before' }, { inputs: { bundle: hash } });
  expect(await shown()).toHaveLength(4);
  expect((await makeReport(context)).events).toMatchObject([{ type: 'skipped' }]);
  await writeFile(at('suites/mcp-bench/base/scores/results.json'), '{}');
  expect(await shown()).not.toContain('suites/mcp-bench/base/scores');
  const runs = at('suites/toolfit-tasks/decoupled/runs');
  await writeFile(join(runs, 'runs.jsonl'), 'other runs, not scored yet');
  await stamp(runs);
  expect(await shown()).toEqual(['suites/mcp-bench/hosted/scores', 'bfcl-base-decoupled']);
  await completeStage(context.workspace, 'bfcl-base-decoupled', { 'bfcl.json': '{}' }, { inputs: { bundle: 'other' } });
  expect(await shown()).toEqual(['suites/mcp-bench/hosted/scores']);
  await completeStage(at('suites/mcp-bench/hosted'), 'runs', {}, { inputs: { catalogue: 'other tools' } });
  expect(await shown()).toEqual([]);
});

test('shows suites and BFCL beside the data where there is no evaluation', async () => {
  const context = await reportWorkspace(20);
  await rm(join(context.workspace, 'evaluation'), { recursive: true });
  const { page } = await makeReport(context);
  expect(page).toContain('<h1>What the data hold</h1>');
  expect(page).toContain('id="suites"');
  expect(page).toContain('id="bfcl"');
  await rm(join(context.workspace, 'bundle'), { recursive: true });
  const without = (await makeReport(context)).page;
  expect(without).toContain('>suites/mcp-bench/hosted/scores<');
  expect(without).not.toContain('>suites/mcp-bench/base/scores<');
  expect(without).not.toContain('id="bfcl"');
});

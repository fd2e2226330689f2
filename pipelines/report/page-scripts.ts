import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Html, html } from './html.ts';

/** The modules of the page's own script, each after those that it imports. */
const MODULES = ['elements', 'list-pages', 'drawings', 'charts', 'failures', 'traces', 'page'];

const own = bundle(MODULES.map((name) => readFileSync(join(import.meta.dirname, 'client', `${name}.js`), 'utf8')));

/** Read where a page has charts: it is a megabyte. */
const charts = () =>
  readFileSync(createRequire(import.meta.url).resolve('echarts/dist/echarts.min'), 'utf8').replaceAll('\r', '');

/** What a page runs, inline, and the content security policy that allows this and nothing else. */
export interface PageScripts {
  html: Html;
  policy: string;
}

/** @param options.withCharts whether the library that draws charts is needed */
export function pageScripts({ withCharts }: { withCharts: boolean }): PageScripts {
  const texts = [...(withCharts ? [charts()] : []), own];
  const hashes = texts.map((text) => `'sha256-${hash('sha256', text, 'base64')}'`);
  return {
    html: html`${texts.map((text) => html`<script>${new Html(text)}</script>\n`)}`,
    policy: `default-src 'none'; style-src 'unsafe-inline'; script-src ${hashes.join(' ')}; base-uri 'none'; form-action 'none'`,
  };
}

/** One script of modules that have no name in common; a page that is one file can import nothing. */
function bundle(modules: readonly string[]): string {
  const bodies = modules.map((text) => text.replaceAll(/^import .*;\n/gm, '').replaceAll(/^export /gm, ''));
  return `(() => {\n'use strict';\n${bodies.join('\n')}})();\n`;
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../core/project.ts';

const pages = [
  'README.md',
  ...readdirSync(join(PROJECT_ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name)),
].filter((name) => name.endsWith('.md'));

/** As GitHub makes them of headings. */
function anchorsOf(page: string): Set<string> {
  const text = readFileSync(page, 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title!.toLowerCase());
  return new Set(headings.map((title) => title.replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')));
}

test('links between pages lead to files and headings that there are', () => {
  const broken = pages.flatMap((page) => {
    const path = join(PROJECT_ROOT, page);
    const targets = [...readFileSync(path, 'utf8').matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(
      ([, target]) => target!,
    );
    return targets
      .filter((target) => {
        const [file, anchor] = target.split('#') as [string, string?];
        const to = file === '' ? path : join(dirname(path), file);
        return !existsSync(to) || (anchor !== undefined && !anchorsOf(to).has(anchor));
      })
      .map((target) => `${page}: ${target}`);
  });
  expect(pages.length).toBeGreaterThan(40);
  expect(broken).toEqual([]);
});

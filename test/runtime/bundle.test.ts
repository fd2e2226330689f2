import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Bundle } from '../../core/bundle.ts';
import { hashFile } from '../../core/hash.ts';
import { bundlePath, cataloguePath } from '../../pipelines/workspace-files.ts';
import { openBundle } from '../../runtime/bundle.ts';
import { SERVED_CATALOGUE, SERVED_TOOLS, type ServeWorkspace, serveWorkspace } from '../fixtures/serve-workspace.ts';

let workspace: ServeWorkspace;
beforeAll(async () => {
  workspace = await serveWorkspace();
});

/** A copy to be spoilt. */
async function source() {
  const folder = join(await mkdtemp(join(tmpdir(), 'bundle-')), 'bundle');
  await cp(dirname(bundlePath(workspace.context)), folder, { recursive: true });
  const base = join(folder, '..', 'base');
  await cp(workspace.settings.base, base, { recursive: true });
  const catalogue = join(folder, '..', 'catalogue.json');
  await cp(cataloguePath(workspace.context), catalogue);
  return { folder, base, catalogue };
}

async function change(folder: string, how: (bundle: Bundle) => void): Promise<void> {
  const path = join(folder, 'bundle.json');
  const bundle = JSON.parse(await readFile(path, 'utf8')) as Bundle;
  how(bundle);
  await writeFile(path, JSON.stringify(bundle));
}

test('opens what convert made, with the adapters that it chose', async () => {
  const place = await source();
  const bundle = await openBundle(place);
  expect(bundle.catalogue).toEqual(SERVED_CATALOGUE);
  const selector = join(place.folder, 'adapters', 'selector.gguf');
  expect(bundle.adapters.selector).toEqual({ name: 'selector', path: selector, sha256: await hashFile(selector) });
  expect(bundle.adapters.temperature).toBeUndefined();
  expect(bundle.adapters.argumentsOf(SERVED_TOOLS[0]!)?.name).toBe('arguments');
});

test('has the selector as sure as it was calibrated', async () => {
  const place = await source();
  const both = { before: 0.5, after: 0.4 };
  await change(place.folder, (bundle) => {
    bundle.calibration = { temperature: 1.5, n: 40, right: 0.8, ece: both, logLoss: both, source: 'sha256:0' };
  });
  expect((await openBundle(place)).adapters.temperature).toBe(1.5);
});

type Place = Awaited<ReturnType<typeof source>>;
test.each<[string, (place: Place) => Promise<void>, RegExp]>([
  ['is missing', ({ folder }) => rm(join(folder, 'bundle.json')), /there is no bundle[\s\S]*pnpm pipeline run/],
  [
    'has no selector',
    ({ folder }) =>
      change(folder, (bundle) => {
        bundle.adapters.shift();
      }),
    /no selector adapter[\s\S]*pnpm train --recipe selector/,
  ],
  [
    'was made for other tools',
    ({ catalogue }) => writeFile(catalogue, JSON.stringify({ ...SERVED_CATALOGUE, hash: 'sha256:1' })),
    /tools are not those[\s\S]*sha256:1/,
  ],
  [
    'was made for another base',
    ({ base }) => appendFile(join(base, 'config.json'), '\n'),
    /made for another base[\s\S]*correct `base`/,
  ],
  [
    'was made with another template',
    async ({ base }) => {
      const path = join(base, 'chat_template.jinja');
      await writeFile(path, (await readFile(path, 'utf8')).replace('# Tools', '# The tools'));
    },
    /renders other prompts/,
  ],
  [
    'was made with another tokenizer',
    ({ base }) => appendFile(join(base, 'tokenizer.json'), '\n'),
    /another tokenizer/,
  ],
  [
    'has an adapter that was cut off',
    ({ folder }) => writeFile(join(folder, 'adapters', 'arguments.gguf'), 'GGUF'),
    /arguments\.gguf: a file of the bundle is not as it was made/,
  ],
  [
    'lacks a file',
    ({ folder }) => rm(join(folder, 'base.f32.gguf')),
    /base\.f32\.gguf: a file of the bundle[\s\S]*nothing that can be read/,
  ],
  [
    'names a file outside',
    ({ folder }) =>
      change(folder, (bundle) => {
        bundle.adapters[0]!.file = '../../etc/passwd';
      }),
    /leads out of the bundle/,
  ],
])('refuses a bundle that %s', async (_, spoil, message) => {
  const place = await source();
  await spoil(place);
  await expect(openBundle(place)).rejects.toMatchObject({ kind: 'input', message: expect.stringMatching(message) });
});

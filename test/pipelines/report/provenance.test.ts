import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readManifest } from '../../../core/manifest.ts';
import { runStage } from '../../../core/stage.ts';
import { readOrigins } from '../../../pipelines/report/provenance.ts';

test('imported traces are told of where the samples were made of them', async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'origins-'));
  const make = async (stage: string, folder: string, inputs: Record<string, string>) => {
    const plan = { stage, folder: join(workspace, folder), inputs, settings: {}, seed: 1 };
    const making = runStage(plan, { signal: new AbortController().signal }, async function* (place) {
      await writeFile(join(place.folder, 'a.json'), '{}');
      yield { type: 'start', stage };
      return {};
    });
    for await (const _ of making);
  };
  const hashOf = async (folder: string) => (await readManifest(join(workspace, folder)))!.hash;
  const artefacts = async () => {
    await make('evaluate', 'evaluation', { samples: await hashOf('samples') });
    return (await readOrigins(workspace, { freshOffers: false })).map(({ artefact }) => artefact);
  };
  await make('synthesize', 'traces', {});
  await make('import', 'imported', {});
  const traces = await hashOf('traces');
  await make('build-data', 'samples', { traces });
  expect(await artefacts()).toEqual(['traces', 'samples', 'evaluation']);
  await make('build-data', 'samples', { traces, imported: await hashOf('imported') });
  expect(await artefacts()).toEqual(['traces', 'imported', 'samples', 'evaluation']);
  await make('build-data', 'samples', { traces: 'other' });
  expect(await artefacts()).toEqual(['samples', 'evaluation']);
  await rm(workspace, { recursive: true });
});

import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runStage } from '../../core/stage.ts';
import { SettingsSchema } from '../../pipelines/settings.ts';
import { status } from '../../pipelines/status.ts';
import { stageHash } from '../../pipelines/workspace-files.ts';

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'files-'));
  await make('discover', 'catalogue', 'catalogue.json');
  await make('synthesize', 'traces', 'traces.jsonl');
});
afterEach(() => rm(workspace, { recursive: true, force: true }));

async function make(stage: string, folder: string, file: string): Promise<void> {
  const plan = { stage, folder: join(workspace, folder), inputs: {}, settings: {}, seed: 1 };
  const making = runStage(plan, { signal: new AbortController().signal }, async function* (place) {
    await writeFile(join(place.folder, file), '{}\n');
    yield { type: 'start', stage };
    return {};
  });
  for await (const _ of making);
}

const hash = () => stageHash({ workspace }, 'traces', 'synthesize');
const traces = () => join(workspace, 'traces', 'traces.jsonl');

test('a stage is not built on files that were changed by hand', async () => {
  expect(await hash()).toMatch(/^sha256:/);
  await appendFile(traces(), '{}\n');
  await expect(hash()).rejects.toMatchObject({
    kind: 'input',
    details: {
      what: 'the folder `traces` changed since it was made: traces.jsonl',
      where: join(workspace, 'traces'),
      todo: expect.stringContaining('`pnpm pipeline synthesize --force`'),
    },
  });
});

test('nor on files that were deleted', async () => {
  await rm(traces());
  await expect(hash()).rejects.toThrow('traces.jsonl (missing or unreadable)');
});

test('a broken manifest does not keep the status from being told', async () => {
  await writeFile(join(workspace, 'traces', 'manifest.json'), '{"version');
  const context = { workspace, env: {}, serverEnv: {}, signal: new AbortController().signal };
  const rows = await status(context, SettingsSchema.parse({}));
  expect(rows.find(({ stage }) => stage === 'synthesize')).toEqual({
    stage: 'synthesize',
    state: 'incomplete',
    why: 'its manifest is broken',
  });
});

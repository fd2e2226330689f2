import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Context } from '../../../core/context.ts';
import { doubtEvaluation } from '../../../pipelines/gate/doubt-evaluation.ts';
import { gateEvaluation } from '../../../pipelines/gate-evaluation.ts';
import type { Settings } from '../../../pipelines/settings.ts';
import { publishWorkspace } from '../../fixtures/publish-workspace.ts';
import { stamp } from '../../fixtures/stamp.ts';

let context: Context;
let settings: Settings;
let folder: string;
beforeEach(async () => {
  ({ context, settings } = await publishWorkspace());
  folder = join(context.workspace, 'evaluation');
});
const doubt = () => doubtEvaluation(context.workspace, folder);

test('an evaluation of what the workspace has is not doubted; one of an older bundle is', async () => {
  expect(await doubt()).toBeUndefined();
  await appendFile(join(context.workspace, 'bundle', 'bundle.json'), '\n');
  await stamp(join(context.workspace, 'bundle'));
  expect(await doubt()).toBe('the evaluation is of another bundle');
});

test('figures that somebody wrote, or that are not complete, are doubted', async () => {
  await appendFile(join(folder, 'metrics.json'), '\n');
  expect(await doubt()).toBe('the evaluation changed since it was made: metrics.json');
  await rm(join(folder, 'manifest.json'));
  expect(await doubt()).toBe('the evaluation is not complete');
});

test('without an evaluation a gate says how to get one', async () => {
  await rm(folder, { recursive: true });
  const files = { metrics: join(folder, 'metrics.json'), gates: 'gates.yaml' };
  await expect(gateEvaluation(context, settings, files)).rejects.toThrow(
    /nothing was evaluated yet[\s\S]*pnpm pipeline evaluate/,
  );
});

test('a release that is not there is told with its path', async () => {
  const files = { metrics: join(folder, 'metrics.json'), gates: 'gates.yaml', release: join(folder, 'older.json') };
  await expect(gateEvaluation(context, settings, files)).rejects.toThrow(
    /older\.json[\s\S]*no metrics to compare with[\s\S]*--release/,
  );
});

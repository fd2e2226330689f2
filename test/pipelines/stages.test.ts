import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SettingsSchema } from '../../pipelines/settings.ts';
import { STAGES } from '../../pipelines/stages.ts';
import { tinyModel } from '../fixtures/tiny-model.ts';
import { convertWorkspace } from './convert/convert-workspace.ts';

test('the monolithic adapter is trained where a system is compared with it, or where there is one already', async () => {
  const { base } = await tinyModel();
  const { context } = await convertWorkspace(await mkdtemp(join(tmpdir(), 'stages-')), base);
  const planned = async (systems: string[]) => {
    const settings = SettingsSchema.parse({ base, evaluate: { systems } });
    const plans = await STAGES.find(({ name }) => name === 'train')!.plan(context, settings);
    return plans.map(({ stage }) => stage.replace('train ', '')).sort();
  };
  const others = ['arguments-s-read', 'arguments-s-write', 'selector'];
  await expect(planned(['base', 'monolithic'])).rejects.toThrow('there are no monolithic samples');
  expect(await planned(['base', 'decoupled'])).toEqual(others);
  await mkdir(join(context.workspace, 'adapters', 'monolithic'), { recursive: true });
  await expect(planned(['base', 'decoupled'])).rejects.toThrow('there are no monolithic samples');
});

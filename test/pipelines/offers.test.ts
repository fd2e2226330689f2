import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { StageEvent } from '../../core/event.ts';
import { readJsonFile, writeJsonFile } from '../../core/json-file.ts';
import { OffersSchema } from '../../core/metrics.ts';
import { offers, planOffers } from '../../pipelines/offers.ts';
import { CATALOGUE, type EvaluationWorkspace, evaluationWorkspace } from './evaluate/evaluation-workspace.ts';

vi.setConfig({ testTimeout: 240_000 });

async function run({ context, settings }: EvaluationWorkspace, onEvent?: (event: StageEvent) => void) {
  const events: StageEvent[] = [];
  for await (const event of offers(context, settings)) {
    events.push(event);
    onEvent?.(event);
  }
  return events;
}

async function offersWorkspace(sizes: number[]): Promise<EvaluationWorkspace> {
  const place = await evaluationWorkspace();
  const tools = CATALOGUE.tools.map((tool) => {
    const name = `other_${tool.name}`;
    return { ...tool, id: `others.${name}`, server: 'others', name, promptName: name, slug: name };
  });
  await writeJsonFile(join(place.context.workspace, 'distractors.json'), { ...CATALOGUE, tools });
  place.settings.offers = { sizes, cases: 60, distractors: 'distractors.json' };
  return place;
}

test('evaluates every system with each number of tools, and resumes after an abort', async () => {
  const place = await offersWorkspace([2, 3, 6]);
  // The context grows with the prompts.
  place.settings.contextLength = 1;
  const stopped = run(place, (event) => {
    if (event.type === 'progress' && event.done === 5) place.abort.abort();
  });
  await expect(stopped).rejects.toMatchObject({ details: { kind: 'interrupted' } });
  place.context = { ...place.context, signal: new AbortController().signal };
  const events = await run(place);
  // Of the five held-out steps, three are a trace's first.
  expect(events[0]).toMatchObject({ type: 'start', stage: 'offers', total: 3 * 3 * 3, resumed: 5 });
  const { sizes } = await readJsonFile(join(place.context.workspace, 'offers', 'offers.json'), OffersSchema);
  expect(sizes.map(({ tools, distractors }) => [tools, distractors])).toEqual([
    [2, 0],
    [3, 0],
    [6, 3],
  ]);
  for (const { systems } of sizes) {
    expect(Object.keys(systems)).toEqual(['base', 'monolithic', 'decoupled']);
    expect(Object.values(systems).map(({ n }) => n)).toEqual([3, 3, 3]);
  }
  expect(await run(place)).toMatchObject([{ type: 'skipped' }]);
});

test('has nothing to do without sizes, and says what is wrong with the distractors', async () => {
  const place = await offersWorkspace([]);
  expect(await planOffers(place.context, place.settings)).toEqual([]);
  expect(await run(place)).toMatchObject([{ type: 'skipped', reason: expect.stringContaining('offers.sizes') }]);
  place.settings.offers.sizes = [50];
  await expect(run(place)).rejects.toThrow('offers.sizes has 50, but there are only 6 tools');
  await writeFile(join(place.context.workspace, 'distractors.json'), '{}');
  await expect(run(place)).rejects.toThrow('distractors.json');
  place.settings.offers.distractors = 'gone.json';
  await expect(run(place)).rejects.toThrow('cannot read the distractors');
});

import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { writeJsonFile } from '../../../core/json-file.ts';
import { difference, ManifestSchema, type StagePlan } from '../../../core/manifest.ts';
import { PROJECT_ROOT } from '../../../core/project.ts';
import { SCORING_VERSION } from '../../../pipelines/evaluate/scoring-version.ts';
import { type EvaluateOptions, planEvaluate } from '../../../pipelines/evaluate.ts';
import { loadSettings, SettingsSchema } from '../../../pipelines/settings.ts';
import { makeTool } from '../../fixtures/tools.ts';

async function place() {
  const workspace = await mkdtemp(join(tmpdir(), 'plan-'));
  const about = {
    version: 1,
    stage: 'test',
    inputs: {},
    settings: {},
    seed: 1,
    toolVersions: {},
    counts: {},
    files: {},
  };
  for (const folder of ['catalogue', 'samples', 'bundle'])
    await writeJsonFile(join(workspace, folder, 'manifest.json'), { ...about, hash: folder });
  await writeCatalogue(workspace, 1);
  const queries = join(workspace, 'queries.jsonl');
  await writeFile(queries, '');
  const context = { workspace, env: {}, serverEnv: {}, signal: new AbortController().signal };
  const plan = (settings: object = {}, choice?: EvaluateOptions) =>
    planEvaluate(context, SettingsSchema.parse(settings), choice);
  return { workspace, queries, plan };
}

async function writeCatalogue(workspace: string, tools: number): Promise<void> {
  const made = Array.from({ length: tools }, (_, at) => makeTool(`tool_${at}`, { type: 'object' }));
  const catalogue = { version: 1, servers: [], tools: made, hash: 'h' };
  await writeJsonFile(join(workspace, 'catalogue', 'catalogue.json'), catalogue);
}

test('another evaluation with another hierarchy, where there are tools enough to choose from', async () => {
  const { workspace, plan } = await place();
  const off = { serve: { hierarchy: { use: 'off' } } };
  expect(changed(await plan(), await plan(off))).toBeUndefined();
  await writeCatalogue(workspace, 51);
  expect(changed(await plan(), await plan(off))).toBe('its settings changed');
});

test.each([
  ['what may be executed', { safe: ['files.write'] }],
  ['the sandbox', { sandbox: { files: { copy: ['files'] } } }],
  ['the length of prompts', { contextLength: 100 }],
])('another evaluation where %s is another', async (_name, settings) => {
  const { plan } = await place();
  expect(changed(await plan(), await plan({}))).toBeUndefined();
  expect(changed(await plan(), await plan(settings))).toBe('its settings changed');
});

test('own queries and chosen systems have folders of their own', async () => {
  const { workspace, queries, plan } = await place();
  const folder = async (choice?: EvaluateOptions) => (await plan({}, choice)).folder.slice(workspace.length + 1);
  expect(await folder()).toBe('evaluation');
  expect(await folder({ systems: ['base', 'monolithic', 'decoupled'] })).toBe('evaluation');
  expect(await folder({ systems: ['base'] })).toBe('evaluation-base');
  expect(await folder({ queries })).toBe('evaluation-queries');
  expect(await folder({ queries, systems: ['base', 'decoupled'] })).toBe('evaluation-queries-base-decoupled');
});

test('ready systems are planned by their names, so that evaluations of older releases stay fresh', async () => {
  const { plan } = await place();
  const { settings } = await plan({ evaluate: { models: { unused: { baseUrl: 'http://127.0.0.1/v1', model: 'm' } } } });
  expect(settings).toEqual({
    version: SCORING_VERSION,
    execute: true,
    systems: ['base', 'monolithic', 'decoupled'],
    contextLength: 4096,
    sandbox: {},
    safe: [],
    redact: { emails: false },
    callTimeout: 60,
  });
});

const ENDPOINT = { baseUrl: 'http://127.0.0.1/v1', model: 'm' };
const declared = (system: object, endpoint: object = {}) => ({
  evaluate: { systems: ['base', { name: 'new', ...system }], models: { gpt: { ...ENDPOINT, ...endpoint } } },
});

test.each([
  ['its examples', { kind: 'base', examples: { count: 2 } }, {}],
  ['its tools', { kind: 'base', tools: 5 }, {}],
  ['who does a half of it', { kind: 'decoupled', selector: 'base' }, {}],
  ['its model', { kind: 'decoupled', selector: 'gpt' }, { model: 'n' }],
  ['the parameters of its model', { kind: 'decoupled', selector: 'gpt' }, { parameters: { temperature: 1 } }],
])('a declared system is predicted again with another of %s', async (_name, system, endpoint) => {
  const { plan } = await place();
  const before = await plan(declared({ kind: system.kind, ...('selector' in system && { selector: 'gpt' }) }));
  expect(changed(before, await plan(declared(system, endpoint)))).toMatch(/settings changed|changed: samples/);
});

test('neither what a model costs nor how often it is tried makes an evaluation stale', async () => {
  const { plan } = await place();
  const system = { kind: 'model', model: 'gpt' };
  const priced = { price: { input: 1, output: 2 }, budget: { money: 1 }, tries: 2, concurrency: 1 };
  expect(changed(await plan(declared(system)), await plan(declared(system, priced)))).toBeUndefined();
});

test('only declared and ready systems can be chosen', async () => {
  const { workspace, plan } = await place();
  const { folder } = await plan(declared({ kind: 'model', model: 'gpt' }), { systems: ['new'] });
  expect(folder).toBe(join(workspace, 'evaluation-new'));
  await expect(plan({}, { systems: ['monolitic'] })).rejects.toThrow(
    /one of base, monolithic, monolithic-constrained, .*did you mean `monolithic`/s,
  );
});

test('the systems that the guide puts together are right', async () => {
  const guide = await readFile(join(PROJECT_ROOT, 'docs', 'evaluation.md'), 'utf8');
  const example = /## Systems to compare[\s\S]*?```yaml\n([\s\S]*?)```/.exec(guide)![1]!;
  const { evaluate } = SettingsSchema.parse(parse(example));
  expect(evaluate.systems).toHaveLength(10);
});

test('says where in workspace.yaml each system is wrong, and what there is', async () => {
  const { workspace } = await place();
  await writeFile(
    join(workspace, 'workspace.yaml'),
    `evaluate:
  models:
    gpt: {baseUrl: http://127.0.0.1/v1, model: m}
    big: {gguf: big.gguf}
    own: {baseUrl: http://127.0.0.1/v1, model: m}
  systems:
    - monolitic
    - {name: a, kind: few-shot}
    - {name: b, kind: base, examples: {count: 0}}
    - {name: b/c, kind: base, exampels: {count: 1}}
`,
  );
  const load = () => loadSettings({ workspace, env: {}, serverEnv: {}, signal: new AbortController().signal });
  const error = await load().catch(String);
  expect(error).toMatch(/yaml:4:10: .*models\.big.*expected: base: string/s);
  expect(error).toMatch(/yaml:7:7: .*systems\.0.*expected: one of "base", "monolithic",.*found: +"monolitic"/s);
  expect(error).toMatch(/yaml:8:7: .*expected: kind: 'base' \| 'monolithic' \| 'decoupled' \| 'model'/s);
  expect(error).toMatch(/yaml:9:47: .*examples\.count`.*expected: number to be >0/s);
  expect(error).toMatch(/yaml:10:14: .*systems\.3\.name`.*expected: a name of letters/s);
  expect(error).toMatch(/yaml:10:41: unknown key .*did you mean `evaluate\.systems\.3\.examples`/s);

  await writeFile(
    join(workspace, 'workspace.yaml'),
    `evaluate:
  models:
    gpt: {baseUrl: http://127.0.0.1/v1, model: m}
    own: {baseUrl: http://127.0.0.1/v1, model: m}
  systems:
    - base
    - base
    - {name: decoupled, kind: decoupled}
    - {name: gtp, kind: model}
`,
  );
  const other = await load().catch(String);
  expect(other).toContain('another name than own, base, shared, which have a meaning');
  expect(other).toMatch(/yaml:7:7: .*a name that no system before has: base/s);
  expect(other).toMatch(/yaml:8:14: .*`decoupled` stands for a ready system/s);
  expect(other).toMatch(/yaml:9:7: .*one of evaluate\.models \(gpt, own\): gtp/s);
});

function changed({ folder: _, ...before }: StagePlan, after: StagePlan): string | undefined {
  const about = { version: 1, toolVersions: {}, counts: {}, files: {}, hash: '' };
  return difference(ManifestSchema.parse({ ...about, ...before }), after);
}

test('a system that is named twice is refused: it would be asked, and counted, twice', () => {
  const parse = (systems: string[]) => SettingsSchema.safeParse({ evaluate: { systems } });
  expect(parse(['base', 'decoupled']).success).toBe(true);
  expect(parse(['base', 'decoupled', 'base']).error?.issues).toMatchObject([
    { message: 'a name that no system before has: base' },
  ]);
});

import { appendFile, copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StageEvent } from '../../core/event.ts';
import { writeJsonFile } from '../../core/json-file.ts';
import { readJsonl } from '../../core/jsonl.ts';
import { readManifest } from '../../core/manifest.ts';
import { EMBEDDED_BASE } from '../../core/project.ts';
import { type Sample, SampleSchema, type Split } from '../../core/sample.ts';
import { stageState } from '../../core/stage.ts';
import type { Trace } from '../../core/trace.ts';
import { dealKey } from '../../datasets/deal-key.ts';
import { contextFit } from '../../pipelines/build-data/context-fit.ts';
import { readData } from '../../pipelines/build-data/data-basis.ts';
import { type Dealt, dealtLine } from '../../pipelines/build-data/dealt.ts';
import { buildData, planBuildData } from '../../pipelines/build-data.ts';
import { explainMask } from '../../pipelines/explain-mask.ts';
import { type Settings, SettingsSchema } from '../../pipelines/settings.ts';
import { CATALOGUE, makeTool, makeTraces } from '../datasets/made-up-traces.ts';
import { stamp } from '../fixtures/stamp.ts';

async function makeWorkspace(traces: readonly Trace[]) {
  const workspace = await mkdtemp(join(tmpdir(), 'build-data-'));
  const manifest = { version: 1, inputs: {}, settings: {}, seed: 1, toolVersions: {}, counts: {}, files: {} };
  await writeJsonFile(join(workspace, 'catalogue', 'catalogue.json'), CATALOGUE);
  await writeJsonFile(join(workspace, 'catalogue', 'manifest.json'), { ...manifest, stage: 'discover', hash: 'c' });
  await writeJsonFile(join(workspace, 'traces', 'manifest.json'), { ...manifest, stage: 'synthesize', hash: 't' });
  await writeFile(
    join(workspace, 'traces', 'traces.jsonl'),
    traces.map((trace) => `${JSON.stringify(trace)}\n`).join(''),
  );
  return { workspace, env: {}, serverEnv: {}, signal: new AbortController().signal };
}

type Workspace = Awaited<ReturnType<typeof makeWorkspace>>;

const settings = SettingsSchema.parse({ prompt: { descriptions: 'first-sentence' } });

async function run(context: Workspace, own: Settings = settings): Promise<StageEvent[]> {
  const events: StageEvent[] = [];
  for await (const event of buildData(context, own)) events.push(event);
  return events;
}

const rejectsOf = async ({ workspace }: Workspace) =>
  JSON.parse(await readFile(join(workspace, 'samples', 'rejects.json'), 'utf8'));

test('makes the samples of a workspace, skips when fresh, and gives the same bytes again', async () => {
  const traces = makeTraces(120);
  const [one, two] = [await makeWorkspace(traces), await makeWorkspace(traces)];
  const events = await run(one);
  expect(events.at(-1)).toMatchObject({ type: 'done', stage: 'build-data' });
  expect(events.filter(({ type }) => type === 'progress').at(-1)).toMatchObject({ total: expect.any(Number) });
  expect((await run(one)).map(({ type }) => type)).toEqual(['skipped']);
  await run(two);
  const [a, b] = [
    await readManifest(join(one.workspace, 'samples')),
    await readManifest(join(two.workspace, 'samples')),
  ];
  expect(a!.hash).toBe(b!.hash);
  const files = Object.keys(a!.files);
  for (const path of [
    'train/selector.jsonl',
    'train/monolithic.jsonl',
    'train/arguments/files-move-file.jsonl',
    'validation/selector.jsonl',
    'test/selector.jsonl',
    'traces-test.jsonl',
    'prompt.json',
    'rejects.json',
    'exports/axolotl/train/selector.jsonl',
    'exports/trl/train/arguments/files-move-file.jsonl',
    'exports/token-ids/validation/monolithic.jsonl',
  ]) {
    expect(files).toContain(path);
  }
  expect(files.filter((path) => path.includes('list-allowed') || /exports\/.*test/.test(path))).toEqual([]);
  for await (const sample of readJsonl(join(one.workspace, 'samples', 'test', 'selector.jsonl'), SampleSchema)) {
    expect(sample.meta.split).toBe('test');
  }
  const other = await planBuildData(one, { ...settings, contextLength: 2000 });
  expect((await stageState(other)).state).toBe('stale');
});

test('a base that ends its turns with another token is another plan', async () => {
  const context = await makeWorkspace(makeTraces(3));
  const base = await mkdtemp(join(tmpdir(), 'base-'));
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'])
    await copyFile(join(EMBEDDED_BASE, file), join(base, file));
  const { inputs } = await planBuildData(context, { ...settings, base });
  expect(inputs).toEqual((await planBuildData(context, settings)).inputs);
  const path = join(base, 'tokenizer_config.json');
  const config = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...config, eos_token: '<|endoftext|>' }));
  expect((await planBuildData(context, { ...settings, base })).inputs).not.toEqual(inputs);
});

test('a context longer than what the base has positions for is refused', async () => {
  const context = await makeWorkspace(makeTraces(3));
  await expect(planBuildData(context, { ...settings, contextLength: 8193 })).rejects.toThrow(/at most 8192/);
});

test('takes the held-out split of another workspace as its own, to the trace', async () => {
  const one = await makeWorkspace(makeTraces(120));
  await run(one);
  const heldOut = join(one.workspace, 'samples', 'traces-test.jsonl');
  const two = await makeWorkspace(makeTraces(300).slice(150));
  const own = SettingsSchema.parse({ ...settings, split: { heldOut } });
  await run(two, own);
  const messages = async (path: string) =>
    (await readFile(path, 'utf8')).split('\n', 20).map((line) => line && JSON.parse(line).messages);
  expect(await messages(join(two.workspace, 'samples', 'traces-test.jsonl'))).toEqual(await messages(heldOut));
  expect((await planBuildData(two, own)).inputs.heldOut).toMatch(/^sha256:/);
  const sample = (await readFile(join(two.workspace, 'samples', 'test', 'selector.jsonl'), 'utf8')).split('\n')[0]!;
  const mask = await explainMask(two, own, { sample: JSON.parse(sample).id });
  expect(mask.checks.filter(({ ok }) => !ok)).toEqual([]);
  await appendFile(heldOut, `${JSON.stringify({ ...makeTraces(1)[0], tools: ['files.gone'] })}\n`);
  await expect(run(two, own)).rejects.toThrow(/traces-test\.jsonl:\d+: a held-out trace cannot be used: .*catalogue/);
  await expect(
    run(one, SettingsSchema.parse({ ...settings, split: { heldOut: 'traces/traces.jsonl' } })),
  ).rejects.toThrow(/no trace is left to train on\n.*repeats another one.*\n.*split\.heldOut/s);
  const itself = SettingsSchema.parse({ ...settings, split: { heldOut: 'samples/traces-test.jsonl' } });
  await expect(planBuildData(one, itself)).rejects.toThrow(/it would read its own output/);
  const gone = SettingsSchema.parse({ ...settings, split: { heldOut: 'none.jsonl' } });
  await expect(planBuildData(two, gone)).rejects.toThrow(/cannot read the held-out traces/);
});

test('counts what it rejects, with reasons', async () => {
  const [first, ...rest] = makeTraces(40);
  const long = {
    ...first!,
    id: 'long',
    messages: [{ role: 'user' as const, content: 'word '.repeat(9000) }, ...first!.messages.slice(1)],
  };
  const gone = { ...first!, id: 'gone', tools: ['files.gone'] };
  const context = await makeWorkspace([first!, ...rest, first!, { ...first!, id: 'again' }, gone, long]);
  await run(context);
  const rejects = await rejectsOf(context);
  expect(rejects).toMatchObject({
    'trace: another one has the same id': 1,
    'trace: offers a tool that is not in the catalogue': 1,
    'sample: selector, longer than 4096 tokens': 1,
    'sample: monolithic, longer than 4096 tokens': 1,
  });
  expect(rejects['trace: repeats another one']).toBeGreaterThan(0);
  expect(Object.values<number>(rejects).reduce((a, b) => a + b)).toBe(
    (await readManifest(join(context.workspace, 'samples')))?.counts.rejected,
  );
});

test('refuses a corrupt line with file and line, and keeps nothing half made', async () => {
  const context = await makeWorkspace(makeTraces(3));
  await appendFile(join(context.workspace, 'traces', 'traces.jsonl'), '{"id": "x", "mess\n');
  await expect(run(context)).rejects.toThrow(/traces\.jsonl:4: not a line of JSON/);
  expect(await readManifest(join(context.workspace, 'samples'))).toBeUndefined();
});

test('says what to do where there is nothing to read', async () => {
  const context = await makeWorkspace([]);
  await expect(run(context)).rejects.toThrow(/no trace can be used/);
  await expect(planBuildData({ ...context, workspace: tmpdir() }, settings)).rejects.toThrow(/pnpm pipeline discover/);
});

test('fails where every training sample is too long, and says of what and how long', async () => {
  const context = await makeWorkspace(makeTraces(20));
  await expect(run(context, { ...settings, contextLength: 100 })).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringMatching(
      /all training samples of the selector are longer than contextLength 100: .*\n {2}found: {4}the shortest has \d+ tokens; the same goes for .*monolithic.*\n {2}to do: .*contextLength/,
    ),
  });
  expect(await readManifest(join(context.workspace, 'samples'))).toBeUndefined();
});

test('warns of a tool whose training samples are all too long', async () => {
  const traces = makeTraces(60).map((trace, index): Trace => {
    const [query, ...rest] = trace.messages;
    if (!JSON.stringify(rest).includes('files.move_file')) return trace;
    return {
      ...trace,
      messages: [{ role: 'user', content: `${query!.content}${` w${index}`.repeat(3000)}` }, ...rest],
    };
  });
  const warnings = (await run(await makeWorkspace(traces))).filter(({ type }) => type === 'warning');
  expect(warnings).toContainEqual(
    expect.objectContaining({
      message: expect.stringMatching(
        /^no training samples left, all are longer than contextLength 4096: arguments of files.move_file \(from \d+ tokens on\)$/,
      ),
    }),
  );
});

test('tells which tasks and tools lose all their training samples', () => {
  const fit = contextFit(10);
  const sample = (task: Sample['task'], tool?: string) => ({ task, tool, meta: { split: 'train' } }) as Sample;
  expect([fit.admit(sample('selector'), 10), fit.admit(sample('monolithic'), 11)]).toEqual([true, false]);
  expect([fit.admit(sample('selector'), 11), fit.admit(sample('arguments', 'files.read'), 12)]).toEqual([false, false]);
  expect(fit.lost()).toEqual(['arguments of files.read (from 12 tokens on)', 'monolithic (from 11 tokens on)']);
});

test('stops when it is interrupted', async () => {
  const context = { ...(await makeWorkspace(makeTraces(30))), signal: AbortSignal.abort() };
  await expect(run(context)).rejects.toMatchObject({ kind: 'interrupted' });
});

test('explains the mask of the one sample that a trace has of a task, and says which there are where it has several', async () => {
  const context = await makeWorkspace(makeTraces(40));
  await run(context);
  const path = join(context.workspace, 'samples', 'train', 'selector.jsonl');
  const rows: Sample[] = (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const byTrace = Map.groupBy(rows, ({ meta }) => meta.trace);
  const [one] = [...byTrace.values()].find((samples) => samples.length === 1)!;
  expect((await explainMask(context, settings, { sample: one!.meta.trace })).id).toBe(one!.id);
  const twin = { ...one!, id: 'twin' };
  await writeFile(path, [...rows, twin].map((row) => `${JSON.stringify(row)}\n`).join(''));
  const both = explainMask(context, settings, { sample: one!.meta.trace, task: 'selector' });
  await expect(both).rejects.toMatchObject({ details: { found: `${one!.id}, twin` } });
});

const OTHERS = ['one', 'two', 'three'].map((name) => makeTool(`mail.send_${name}`, `Sends ${name}.`, {}));
const augment = { maskNames: 0.4, distractors: { catalogue: 'others.json', tools: 2, share: 0.5 }, sets: 2 };
const linesOf = async ({ workspace }: Workspace, path: string): Promise<string[]> =>
  (await readFile(join(workspace, 'samples', path), 'utf8')).trim().split('\n');

test('makes training samples harder, and no others; off, the plan is what it was', async () => {
  const [plain, context] = [await makeWorkspace(makeTraces(80)), await makeWorkspace(makeTraces(80))];
  await run(plain);
  const own = SettingsSchema.parse({ ...settings, augment });
  await expect(planBuildData(context, own)).rejects.toThrow(/cannot read the distractors/);
  await writeJsonFile(join(context.workspace, 'others.json'), { ...CATALOGUE, tools: OTHERS });
  await run(context, own);
  const [before, after] = [
    await readManifest(join(plain.workspace, 'samples')),
    await readManifest(join(context.workspace, 'samples')),
  ];
  const changed = Object.keys(before!.files).filter((file) => before!.files[file] !== after!.files[file]);
  expect(changed.filter((file) => !/train\/(selector|monolithic)\.jsonl$/.test(file))).toEqual([]);
  expect(changed).toContain('train/selector.jsonl');
  const rows: Sample[] = (await linesOf(context, 'train/selector.jsonl')).map((line) => JSON.parse(line));
  const masked = rows.filter(({ meta }) => meta.augmented?.mask !== undefined);
  const more = rows.filter(({ meta }) => meta.augmented?.distractors !== undefined);
  expect(after!.counts).toMatchObject({
    'train traces masked': new Set(masked.map(({ meta }) => meta.trace)).size,
    'train traces with distractors': new Set(more.map(({ meta }) => meta.trace)).size,
  });
  for (const sample of [masked[0]!, more[0]!]) {
    const { checks } = await explainMask(context, own, { sample: sample.id });
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    const [stale] = (await explainMask(context, settings, { sample: sample.id })).checks;
    expect(stale).toMatchObject({ ok: false, found: expect.stringContaining('the samples are stale') });
  }
  const { checks } = await explainMask(context, own, { sample: masked[0]!.id });
  expect(checks.map(({ name }) => name)).toContain('no call has a masked name');
  expect((await stageState(await planBuildData(context, own))).state).toBe('fresh');
  const off = SettingsSchema.parse({
    ...settings,
    augment: { ...augment, maskNames: 0, distractors: { ...augment.distractors, share: 0 } },
  });
  expect(await planBuildData(context, off)).toEqual(await planBuildData(context, settings));
  expect(before!.settings).toEqual({ version: 2, split: expect.anything(), contextLength: 4096 });
  expect((await stageState(await planBuildData(context, { ...own, augment: { ...own.augment, sets: 3 } }))).state).toBe(
    'stale',
  );
  await writeJsonFile(join(context.workspace, 'others.json'), { ...CATALOGUE, tools: OTHERS.slice(1) });
  expect((await stageState(await planBuildData(context, own))).state).toBe('stale');
});

test('loses no trace by making it longer', async () => {
  const context = await makeWorkspace(makeTraces(60));
  const long = makeTool('mail.long', 'word '.repeat(5000), {});
  await writeJsonFile(join(context.workspace, 'others.json'), { ...CATALOGUE, tools: [long] });
  const own = { maskNames: 0.5, distractors: { catalogue: 'others.json', tools: 1, share: 1 } };
  await run(context, SettingsSchema.parse({ ...settings, prompt: { descriptions: 'full' }, augment: own }));
  const { counts } = (await readManifest(join(context.workspace, 'samples')))!;
  expect(await rejectsOf(context)).not.toHaveProperty('sample: selector, longer than 4096 tokens');
  expect(counts['train traces masked']).toBe(counts['train traces too long for distractors']);
  expect(counts['train traces masked']! + counts['train traces too long to augment']!).toBe(counts['train traces']);
  expect(counts).not.toHaveProperty('train traces with distractors');
});

test('explains the mask of a sample', async () => {
  const context = await makeWorkspace(makeTraces(40));
  await run(context);
  const mask = await explainMask(context, settings);
  expect(mask.task).toBe('selector');
  expect(mask.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(
    mask.tokens
      .filter(({ train }) => train)
      .map(({ text }) => text)
      .join(''),
  ).toMatch(/^[\w-]+",/);
  const other = await explainMask(context, settings, { task: 'arguments' });
  expect((await explainMask(context, settings, { sample: other.id })).tokens).toEqual(other.tokens);
  const unknown = explainMask(context, settings, { sample: 'none', task: 'arguments' });
  await expect(unknown).rejects.toMatchObject({
    message: expect.stringContaining('no such sample'),
    details: { expected: `an id, for example ${other.id}`, found: 'none' },
  });
});

describe('traces that were dealt out before', () => {
  const dealt = async ({ workspace }: Workspace) =>
    (await readFile(join(workspace, 'samples', 'dealt.jsonl'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line): Dealt => JSON.parse(line));
  const sidesOf = async (context: Workspace) =>
    new Map((await dealt(context)).map(({ key, split }) => [key, split] as const));
  const dataOf = async ({ workspace }: Workspace) => (await readData(join(workspace, 'samples')))!.tools;

  /** Traces whose tools were made for something. @param changed tools that are not as they were */
  async function write({ workspace }: Workspace, traces: readonly Trace[], changed: readonly string[] = []) {
    const lines = traces.map((trace) => `${JSON.stringify(trace)}\n`).join('');
    await writeFile(join(workspace, 'traces', 'traces.jsonl'), lines);
    const tools = CATALOGUE.tools.map(({ id, slug, server }) => {
      const made = changed.includes(id) ? `${id} again` : id;
      return [id, { server, says: id, made, slug }] as const;
    });
    const basis = { version: 1, tools: Object.fromEntries(tools), renamed: {} };
    await writeJsonFile(join(workspace, 'traces', 'basis.json'), basis);
    await stamp(join(workspace, 'traces'));
  }

  test('stay on their side, also where they are gone: adapters that learned from them may go on', async () => {
    const [first, ...rest] = makeTraces(200).map((trace): Trace => trace);
    const double: Trace = {
      ...first!,
      id: 'double',
      messages: [
        { role: 'user', content: 'Move the quarterly report to the archive, then show me what is in it' },
        {
          role: 'assistant',
          call: { tool: 'files.move_file', arguments: { source: 'q1', destination: 'archive/q1' } },
        },
        { role: 'tool', content: 'moved' },
        { role: 'assistant', call: { tool: 'files.read_text_file', arguments: { path: 'archive/q1' } } },
      ],
      provenance: { ...first!.provenance, family: 'double' },
    };
    const context = await makeWorkspace([]);
    await write(context, [double, ...rest]);
    await run(context);
    const [sides, data] = [await sidesOf(context), await dataOf(context)];
    const key = dealKey(double);
    expect(sides.has(key)).toBe(true);

    await write(context, [...rest, ...makeTraces(260).slice(200)], ['files.move_file']);
    expect((await run(context)).at(-1)).toMatchObject({ counts: { 'dealt out before': expect.any(Number) } });
    const now = await sidesOf(context);
    for (const [one, side] of sides) if (now.has(one)) expect(now.get(one)).toBe(side);
    expect((await dealt(context)).at(-1)).toEqual(dealtLine(double, sides.get(key) as Split));
    const after = await dataOf(context);
    const changed = Object.keys(data).filter((id) => data[id]!.data !== after[id]!.data);
    expect(changed).toEqual(['files.move_file']);

    await write(context, [...rest, ...makeTraces(260).slice(200)], ['files.move_file', 'files.read_text_file']);
    await run(context);
    expect((await sidesOf(context)).get(key)).toBe(sides.get(key));

    // What is nearly like it goes where it lay, and is no repetition of what is not there.
    const [user, ...turns] = double.messages as [
      Extract<Trace['messages'][number], { role: 'user' }>,
      ...Trace['messages'],
    ];
    const alike: Trace = {
      ...double,
      id: 'alike',
      messages: [{ ...user, content: `${user.content} now` }, ...turns],
      provenance: { ...double.provenance, family: 'alike' },
    };
    await write(context, [alike, ...rest], ['files.move_file', 'files.read_text_file']);
    await run(context);
    expect((await sidesOf(context)).get(dealKey(alike))).toBe(sides.get(key));
  });
});

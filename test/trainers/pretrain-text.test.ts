import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Context } from '../../core/context.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { readJsonl } from '../../core/jsonl.ts';
import { PROJECT_ROOT } from '../../core/project.ts';
import { CatalogueSchema } from '../../core/tool.ts';
import { TraceSchema } from '../../core/trace.ts';
import { writeDemoWorkspace } from '../../pipelines/demo/workspace.ts';
import { discover } from '../../pipelines/discover.ts';
import { loadSettings } from '../../pipelines/settings.ts';
import { synthesize } from '../../pipelines/synthesize.ts';
import { cataloguePath, tracesPath } from '../../pipelines/workspace-files.ts';
import { runPretrainScript } from '../fixtures/pretrain-script.ts';

/** Word sequences of this length that both texts have would show that one was copied from the other. */
const GRAM = 8;
/** About 8 MB of text, a tenth of what the base reads in all; the grammar is the same throughout. */
const UNIVERSES = 1000;

function grams(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z0-9']+/g) ?? [];
  return words.slice(GRAM - 1).map((_, at) => words.slice(at, at + GRAM).join(' '));
}

/** What the demo's servers and traces say: names of tools, their descriptions, queries. */
async function demoTexts() {
  const workspace = await mkdtemp(join(tmpdir(), 'pretrain-text-'));
  const signal = new AbortController().signal;
  const context: Context = { workspace, env: {}, serverEnv: { PATH: process.env.PATH ?? '' }, signal };
  await writeDemoWorkspace(workspace, 1);
  const settings = await loadSettings(context);
  settings.tools.exclude = [];
  for await (const _ of discover(context, settings));
  const sizes = { ...settings.synthesize, tracesPerTool: 12, chains: 10, respond: 20 };
  for await (const _ of synthesize(context, { ...settings, synthesize: sizes }));
  const { tools } = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const queries: string[] = [];
  for await (const { messages } of readJsonl(tracesPath(context), TraceSchema))
    queries.push(...messages.flatMap((message) => (message.role === 'user' ? [message.content] : [])));
  return { names: tools.map(({ name }) => name), descriptions: tools.map(({ description }) => description), queries };
}

/** A sample of what the base was pretrained on. */
const pretrainingTexts = () => runPretrainScript<{ tools: string[]; text: string }>('show_text.py', String(UNIVERSES));

test('the embedded base has seen neither the tools nor the words of the demo', async () => {
  const [demo, rows] = await Promise.all([demoTexts(), pretrainingTexts()]);
  expect(rows).toHaveLength(UNIVERSES);
  expect(demo.names.length).toBeGreaterThan(20);
  expect(demo.queries.length).toBeGreaterThan(200);
  const plain = (name: string) => name.replaceAll(/[^a-z]/gi, '').toLowerCase();
  const names = new Set(demo.names.map(plain));
  expect(rows.flatMap(({ tools }) => tools).filter((name) => names.has(plain(name)))).toEqual([]);

  const known = new Set([...demo.descriptions, ...demo.queries].flatMap(grams));
  expect(known.size).toBeGreaterThan(1000);
  // The chat format's own instructions stand in every system prompt.
  const chatTemplate = await readFile(join(PROJECT_ROOT, 'trainers', 'embedded-base', 'chat_template.jinja'), 'utf8');
  const format = new Set(grams(chatTemplate));
  const shared = rows.flatMap(({ text }) => grams(text)).filter((gram) => known.has(gram) && !format.has(gram));
  expect([...new Set(shared)]).toEqual([]);
});

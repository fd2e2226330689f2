import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../../core/context.ts';
import type { Catalogue, Tool } from '../../../core/tool.ts';
import type { Call, Message, Trace } from '../../../core/trace.ts';
import { buildData } from '../../../pipelines/build-data.ts';
import { SettingsSchema } from '../../../pipelines/settings.ts';
import { makeTool } from '../../datasets/made-up-traces.ts';
import { completeStage } from './complete-stage.ts';

/** What a hostile server might call its tool, and what it might answer. */
export const HOSTILE = 'files.<script>document.title="owned"</script>';
export const HOSTILE_RESULT = '</script><img src=x onerror="document.title=1"><!-- <script> "]}';

const text = { type: 'string' };
const TOOLS: Tool[] = [
  makeTool(
    'files.read',
    'Read a file.',
    { path: text, head: { type: 'number' }, mode: { enum: ['text', 'binary'] }, follow: { type: 'boolean' } },
    { required: ['path'] },
  ),
  { ...makeTool(HOSTILE, 'Runs.', {}), promptName: 'script', slug: 'files-script' },
  makeTool(
    'notes.add',
    'Add entries.',
    {
      entries: {
        type: 'array',
        items: { type: 'object', properties: { title: text, tag: { enum: ['a', 'b'] } }, required: ['title'] },
      },
    },
    { required: ['entries'] },
  ),
  makeTool('notes.clear', 'Clear all.', { really: { type: 'boolean' } }),
];
const CATALOGUE: Catalogue = { version: 1, servers: [{ name: 'files' }, { name: 'notes' }], tools: TOOLS, hash: 'c' };

/** A step: a call with its result (`null`: it was not run), or an answer. */
type Step = [call: Call, result: string | null, isError?: boolean] | string;
type About = Partial<Pick<Trace['provenance'], 'kind' | 'difficulty' | 'writer'>>;

function trace(id: string, query: string, steps: Step[], about: About = {}): Trace {
  const messages: Message[] = steps.flatMap((step): Message[] => {
    if (typeof step === 'string') return [{ role: 'assistant', content: step }];
    const [call, content, isError] = step;
    return [{ role: 'assistant', call }, ...(content === null ? [] : [{ role: 'tool', content, isError } as const])];
  });
  const rest = { executed: true, seed: 1, catalogue: 'c', family: id };
  return {
    id,
    messages: [{ role: 'user', content: query }, ...messages],
    tools: TOOLS.map((tool) => tool.id),
    provenance: { writer: 'hand', kind: 'single', difficulty: 'easy', ...about, ...rest },
  };
}

const read = (args: Call['arguments']): Call => ({ tool: 'files.read', arguments: args });
const add = (...entries: object[]): Call => ({ tool: 'notes.add', arguments: { entries } });

/** Ten, of which two cannot be used: one repeats another, one calls a tool that is not there. */
const TRACES: Trace[] = [
  trace('plain', 'Show the file a.txt', [[read({ path: 'a.txt' }), 'aaa'], 'Here it is.']),
  trace('near', 'Show the file a.txt now', [[read({ path: 'z.txt' }), 'zzz']]),
  trace('again', 'Show the file a.txt', [[read({ path: 'a.txt' }), 'aaa'], 'Here it is.']),
  trace('head', 'Only the top of b.txt, please', [[read({ path: 'b.txt', head: 5, mode: 'text' }), 'bbb']], {
    difficulty: 'hard',
  }),
  trace(
    'recovered',
    'Read my notes about cats',
    [
      [read({ path: 'x.txt' }), 'no such file', true],
      [read({ path: 'c.txt', follow: true }), HOSTILE_RESULT],
    ],
    { kind: 'recovery', difficulty: 'medium' },
  ),
  trace(
    'chained',
    'Look into d.txt, then write down what it says',
    [
      [read({ path: 'd.txt', mode: 'text' }), 'ddd'],
      [add({ title: 'd', tag: 'a' }, { title: 'e', tag: 'a' }), 'ok'],
    ],
    { kind: 'chain', difficulty: 'hard', writer: 'teacher' },
  ),
  trace('unrun', 'Put milk on the list', [[add({ title: 'milk' }), null]]),
  trace('hello', 'Good morning to you', ['Good morning.'], { kind: 'respond' }),
  trace('hostile', 'Run <b>it</b> & that', [[{ tool: HOSTILE, arguments: {} }, 'done']]),
  trace('unknown', 'Fly to the moon', [[{ tool: 'files.fly', arguments: {} }, 'no']]),
];
const HELD_OUT = [trace('kept', 'Which words stand first in h.txt?', [[read({ path: 'h.txt', head: 1 }), 'hhh']])];
const IMPORTED = [
  trace('row-1', 'Bread should be bought', [[add({ title: 'bread', tag: 'a' }), 'ok']], {
    writer: 'import',
    difficulty: 'vague',
  }),
];

/** Ten reasons, so that the last two are folded. */
const SYNTHESIS_REJECTS = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [`files.read: reason ${index} <i>`, 10 + index]),
);
const IMPORT_REJECTS = [
  {
    source: 'mine.csv',
    rejects: { 'calls a tool that is not there': { count: 3, first: { where: 'mine.csv:4', found: 'fly' } } },
  },
];

export const DATA_SETTINGS = SettingsSchema.parse({
  split: { validation: 0, test: 0, heldOut: 'held-out.jsonl' },
  sources: [{ file: 'mine.csv', format: 'csv', mapping: { query: 'q', tool: 't', arguments: 'a' } }],
  offers: { sizes: [5, 10, 20, 50] },
});

const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** A workspace as far as `build-data`, by hand but for the samples: figures of it can be counted by reading this file. */
export async function dataWorkspace(): Promise<Context> {
  made ??= makeOnce();
  const workspace = await mkdtemp(join(tmpdir(), 'report-'));
  await cp((await made).workspace, workspace, { recursive: true });
  return contextOf(workspace);
}

let made: Promise<Context> | undefined;

async function makeOnce(): Promise<Context> {
  const context = contextOf(await mkdtemp(join(tmpdir(), 'report-data-')));
  const { workspace } = context;
  await completeStage(workspace, 'catalogue', { 'catalogue.json': JSON.stringify(CATALOGUE) });
  await completeStage(workspace, 'traces', {
    'traces.jsonl': lines(TRACES),
    'rejects.json': JSON.stringify(SYNTHESIS_REJECTS),
  });
  await completeStage(workspace, 'imported', {
    'source-1.jsonl': lines(IMPORTED),
    'rejects.json': JSON.stringify(IMPORT_REJECTS),
  });
  await writeFile(join(workspace, 'held-out.jsonl'), lines(HELD_OUT));
  for await (const _ of buildData(context, DATA_SETTINGS));
  return context;
}

function contextOf(workspace: string): Context {
  return { workspace, env: {}, serverEnv: {}, signal: new AbortController().signal };
}

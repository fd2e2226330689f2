import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hashBase } from '../../../core/base.ts';
import type { Context } from '../../../core/context.ts';
import { hashJson } from '../../../core/hash.ts';
import { hashFolder } from '../../../core/manifest.ts';
import { createRenderer } from '../../../core/prompt/create-renderer.ts';
import { loadPromptSource } from '../../../core/prompt/load-renderer.ts';
import type { Sample, Span, Task } from '../../../core/sample.ts';
import type { Catalogue } from '../../../core/tool.ts';
import type { Message, Trace } from '../../../core/trace.ts';
import { adapterTargets } from '../../../pipelines/adapter-targets.ts';
import { decidingSamples, readMadeSamples } from '../../../pipelines/made-samples.ts';
import { type AdapterSpec, ENV, makeAdapters } from '../../trainers/gguf/gguf-adapters.ts';

const TOOLS = ['read', 'write'];
const QUERIES = ['Show me a.txt', 'What does b/ü.md say?', 'Open “c d.json” please'];
/** As many steps as a calibration needs, and a few. */
const TRACES = 33;
const SYSTEM = `<|im_start|>system\nYou call tools.\n${TOOLS.map((name) => JSON.stringify({ name })).join('\n')}<|im_end|>\n`;

export interface ConvertWorkspace {
  context: Context;
  /** Makes (or makes anew) an adapter as training leaves it. */
  train(name: string, spec: Omit<AdapterSpec, 'folder'>): Promise<void>;
}

/** A workspace of two tools whose samples are built and whose adapters are random. */
export async function convertWorkspace(workspace: string, base: string): Promise<ConvertWorkspace> {
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(workspace, path)), { recursive: true });
    await writeFile(join(workspace, path), text);
  };
  const { tools } = await writeCatalogue(write);
  const settings = { descriptions: 'full' } as const;
  const source = await loadPromptSource(base);
  const renderer = createRenderer({ ...source, settings });
  const prompt = { settings, template: source.templateHash, tokenizer: source.tokenizer.hash, renderer: renderer.hash };
  await write('samples/prompt.json', JSON.stringify(prompt));
  const traces = Array.from({ length: TRACES }, (_, number) => traceOf(number, QUERIES[number % QUERIES.length]!));
  await write('traces/traces.jsonl', traces.map((trace) => `${JSON.stringify(trace)}\n`).join(''));
  const selections = traces.map(({ id, messages }) => {
    const spans = [still(renderer.selectorPrompt(messages.slice(0, 1), tools)), span(renderer.nameSpan('read'))];
    return sampleLine({ id: `selector-${id}`, task: 'selector', spans, trace: id });
  });
  for (const split of ['train', 'validation']) await write(`samples/${split}/selector.jsonl`, selections.join(''));
  for (const name of TOOLS) {
    const trained = [still(`${name}", "arguments":`), span(' {"path": "a.txt"}}\n</tool_call><|im_end|>')];
    await write(`samples/train/arguments/s-${name}.jsonl`, lines('arguments', trained, `s.${name}`));
  }
  const data = Object.fromEntries(TOOLS.map((name) => [`s.${name}`, { basis: name, data: name }]));
  await write('samples/data.json', JSON.stringify({ version: 1, deal: '', tools: data }));
  const writeManifest = async (place: string, stage: string, inputs: Record<string, string>) => {
    const files = await hashFolder(join(workspace, place));
    const rest = { version: 1, settings: {}, seed: 1, toolVersions: {}, counts: {} };
    await write(`${place}/manifest.json`, JSON.stringify({ ...rest, stage, inputs, files, hash: hashJson(files) }));
  };
  await writeManifest('catalogue', 'discover', {});
  await writeManifest('samples', 'build-data', {});
  const baseHash = await hashBase(base);
  return {
    context: { workspace, env: ENV, serverEnv: ENV, signal: new AbortController().signal },
    async train(name, spec) {
      const folder = join(workspace, 'adapters', name);
      await makeAdapters(base, [{ ...spec, folder }]);
      const target = adapterTargets(tools).find((one) => one.name === name)!;
      const samples = await readMadeSamples(workspace);
      await writeManifest(`adapters/${name}`, 'train', { base: baseHash, ...decidingSamples(target, samples) });
    },
  };
}

async function writeCatalogue(write: (path: string, text: string) => Promise<void>): Promise<Catalogue> {
  const tools = TOOLS.map((name) => ({
    id: `s.${name}`,
    server: 's',
    name,
    promptName: name,
    slug: `s-${name}`,
    group: 's',
    description: '',
    inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
    annotations: {},
    hash: name,
  }));
  const catalogue = { version: 1 as const, servers: [], tools, hash: 'sha256:catalogue' };
  await write('catalogue/catalogue.json', JSON.stringify(catalogue));
  return catalogue;
}

function traceOf(number: number, query: string): Trace {
  const messages: Message[] = [
    { role: 'user', content: `${query} (${number})` },
    { role: 'assistant', call: { tool: 's.read', arguments: { path: 'a.txt' } } },
  ];
  const provenance = { writer: 'test', kind: 'single', difficulty: 'easy', family: 'f', executed: true } as const;
  const tools = TOOLS.map((name) => `s.${name}`);
  return { id: `t${number}`, messages, tools, provenance: { ...provenance, seed: 1, catalogue: 'sha256:catalogue' } };
}

function still(text: string): Span {
  return { text, train: false };
}

function span(text: string): Span {
  return { text, train: true };
}

function lines(task: Task, spans: Span[], tool: string): string {
  const samples = QUERIES.map((query, index) => {
    const before = `${SYSTEM}<|im_start|>user\n${query}<|im_end|>\n<|im_start|>assistant\n<tool_call>\n{"name": "`;
    return sampleLine({
      id: `${task}-${tool}${index}`,
      task,
      tool,
      spans: [still(before), ...spans],
      trace: `t${index}`,
    });
  });
  return samples.join('');
}

function sampleLine({ trace, ...sample }: Omit<Sample, 'meta'> & { trace: string }): string {
  const meta = { trace, steps: [0], split: 'validation', catalogue: 'sha256:catalogue' };
  return `${JSON.stringify({ ...sample, meta })}\n`;
}

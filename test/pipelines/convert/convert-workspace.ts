import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hashBase } from '../../../core/base.ts';
import type { Context } from '../../../core/context.ts';
import { hashJson } from '../../../core/hash.ts';
import { hashFolder } from '../../../core/manifest.ts';
import type { Span, Task } from '../../../core/sample.ts';
import { CatalogueSchema } from '../../../core/tool.ts';
import { adapterTargets } from '../../../pipelines/adapter-targets.ts';
import { decidingSamples, readMadeSamples } from '../../../pipelines/made-samples.ts';
import { type AdapterSpec, ENV, makeAdapters } from '../../trainers/gguf/gguf-adapters.ts';

const TOOLS = ['read', 'write'];
const QUERIES = ['Show me a.txt', 'What does b/ü.md say?', 'Open “c d.json” please'];
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
  await write('catalogue/catalogue.json', JSON.stringify(catalogue()));
  const prompt = { settings: { descriptions: 'full' }, template: 't', tokenizer: 'k', renderer: 'r' };
  await write('samples/prompt.json', JSON.stringify(prompt));
  for (const split of ['train', 'validation'])
    await write(`samples/${split}/selector.jsonl`, lines('selector', [span('read",')]));
  for (const name of TOOLS) {
    const trained = [still(`${name}", "arguments":`), span(' {"path": "a.txt"}}\n</tool_call><|im_end|>')];
    await write(`samples/train/arguments/s-${name}.jsonl`, lines('arguments', trained, `s.${name}`));
  }
  const tools = Object.fromEntries(TOOLS.map((name) => [`s.${name}`, { basis: name, data: name }]));
  await write('samples/data.json', JSON.stringify({ version: 1, deal: '', tools }));
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
      await write(`adapters/${name}/job.json`, JSON.stringify({ version: 1, name, base_hash: baseHash }));
      const target = adapterTargets(CatalogueSchema.parse(catalogue()).tools).find((one) => one.name === name)!;
      const samples = await readMadeSamples(workspace);
      await writeManifest(`adapters/${name}`, 'train', decidingSamples(target, samples));
    },
  };
}

function catalogue() {
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
  return { version: 1, servers: [], tools, hash: 'sha256:catalogue' };
}

function still(text: string): Span {
  return { text, train: false };
}

function span(text: string): Span {
  return { text, train: true };
}

function lines(task: Task, spans: Span[], tool?: string): string {
  const samples = QUERIES.map((query, index) => ({
    id: `${task}-${tool ?? ''}${index}`,
    task,
    tool,
    spans: [
      still(`${SYSTEM}<|im_start|>user\n${query}<|im_end|>\n<|im_start|>assistant\n<tool_call>\n{"name": "`),
      ...spans,
    ],
    meta: { trace: `t${index}`, steps: [0], split: 'validation', catalogue: 'sha256:catalogue' },
  }));
  return samples.map((sample) => `${JSON.stringify(sample)}\n`).join('');
}

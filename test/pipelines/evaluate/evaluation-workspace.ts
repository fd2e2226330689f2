import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Bundle } from '../../../core/bundle.ts';
import type { Context } from '../../../core/context.ts';
import { hashFile, hashJson, hashText } from '../../../core/hash.ts';
import { writeJsonFile } from '../../../core/json-file.ts';
import { PROJECT_ROOT } from '../../../core/project.ts';
import { loadRenderer } from '../../../core/prompt/load-renderer.ts';
import type { Catalogue, Tool } from '../../../core/tool.ts';
import type { Message, Trace } from '../../../core/trace.ts';
import { type Settings, SettingsSchema } from '../../../pipelines/settings.ts';
import { tinyModel } from '../../fixtures/tiny-model.ts';

function makeTool(name: string, parameters: Record<string, object>, readOnlyHint: boolean): Tool {
  const inputSchema = { type: 'object', properties: parameters, required: Object.keys(parameters) };
  return {
    id: `files.${name}`,
    server: 'files',
    name,
    promptName: name,
    slug: `files-${name}`,
    group: 'files',
    description: `Runs ${name}.`,
    inputSchema,
    annotations: { readOnlyHint },
    hash: hashJson([name, inputSchema]),
  };
}

const path = { type: 'string' };
export const TOOLS = [
  makeTool('read_text_file', { path }, true),
  makeTool('write_file', { path, content: { type: 'string' } }, false),
  makeTool('list_directory', { path }, true),
];
export const CATALOGUE: Catalogue = { version: 1, servers: [{ name: 'files' }], tools: TOOLS, hash: hashJson('test') };

const call = (tool: string, args: Record<string, unknown>): Message => ({
  role: 'assistant',
  call: { tool: `files.${tool}`, arguments: args },
});
const result: Message = { role: 'tool', content: 'ok' };

function trace(id: string, kind: 'single' | 'chain' | 'respond', messages: Message[]): Trace {
  const provenance = {
    writer: 'test',
    kind,
    difficulty: 'easy',
    family: id,
    executed: true,
    seed: 1,
    catalogue: CATALOGUE.hash,
  } as const;
  return { id, messages, tools: TOOLS.map((tool) => tool.id), provenance };
}

/** Five steps: three calls and two answers. */
export const TRACES: Trace[] = [
  trace('chain', 'chain', [
    { role: 'user', content: 'Put hello into new.txt and read it back.' },
    call('write_file', { path: 'new.txt', content: 'hello' }),
    result,
    call('read_text_file', { path: 'new.txt' }),
    result,
    { role: 'assistant', content: 'It says hello.' },
  ]),
  trace('single', 'single', [
    { role: 'user', content: 'What is in a.txt?' },
    call('read_text_file', { path: 'a.txt' }),
  ]),
  trace('respond', 'respond', [
    { role: 'user', content: 'Thank you.' },
    { role: 'assistant', content: 'You are welcome.' },
  ]),
];

export interface EvaluationWorkspace {
  context: Context;
  settings: Settings;
  /** Aborts the context's signal. */
  abort: AbortController;
}

/** A workspace that is ready to be evaluated: a real server in a sandbox, a model and adapters of random weights. */
export async function evaluationWorkspace(): Promise<EvaluationWorkspace> {
  const workspace = await mkdtemp(join(tmpdir(), 'evaluate-'));
  const { base, gguf, adapters } = await tinyModel();
  const abort = new AbortController();
  const env = { PATH: process.env.PATH ?? '' };
  await mkdir(join(workspace, 'files'));
  await writeFile(join(workspace, 'files', 'a.txt'), 'some text');
  const program = join(PROJECT_ROOT, 'node_modules', '@modelcontextprotocol', 'server-filesystem', 'dist', 'index.js');
  await writeJsonFile(join(workspace, 'servers.json'), {
    mcpServers: { files: { command: 'node', args: [program, '.'], cwd: 'files' } },
  });
  await completeStage(join(workspace, 'catalogue'), { 'catalogue.json': `${JSON.stringify(CATALOGUE)}\n` });
  await completeStage(join(workspace, 'samples'), {
    'traces-test.jsonl': TRACES.map((one) => `${JSON.stringify(one)}\n`).join(''),
  });
  const bundleFolder = join(workspace, 'bundle');
  const bundle = await makeBundle(base, (path) => relative(bundleFolder, path), gguf, adapters);
  await completeStage(bundleFolder, { 'bundle.json': JSON.stringify(bundle) });
  const settings = SettingsSchema.parse({
    base,
    contextLength: 2048,
    sandbox: { files: { copy: ['files'], restart: false } },
  });
  return { context: { workspace, env, serverEnv: env, signal: abort.signal }, settings, abort };
}

async function completeStage(folder: string, files: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const hashes = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, hashText(content)]));
  const about = { version: 1, stage: 'test', inputs: {}, settings: {}, seed: 1, toolVersions: {}, counts: {} };
  await writeJsonFile(join(folder, 'manifest.json'), { ...about, files: hashes, hash: hashJson(hashes) });
}

/** `alpha` selects, `beta` writes the arguments of reads, `gamma` is the monolithic one; other tools have no adapter. */
async function makeBundle(
  base: string,
  inBundle: (path: string) => string,
  gguf: string,
  files: Record<string, { path: string }>,
): Promise<Bundle> {
  const settings = { descriptions: 'full' } as const;
  const renderer = await loadRenderer(base, settings);
  const distance = { max: 0, mean: 0 };
  const parity = { tokens: 1, f32: distance, served: distance };
  const adapter = async (name: string, task: 'selector' | 'arguments' | 'monolithic', file: string, tool?: string) => ({
    name,
    task,
    ...(tool !== undefined && { tool }),
    file: inBundle(files[file]!.path),
    sha256: await hashFile(files[file]!.path),
    source: 'sha256:0',
    rank: 4,
    alpha: 8,
    rslora: false,
    parity: { ...parity, effect: { peft: distance, engine: distance } },
  });
  return {
    version: 1,
    base: { file: inBundle(gguf), type: 'f32', sha256: await hashFile(gguf), source: 'sha256:0', parity },
    prompt: { settings, template: 'sha256:0', tokenizer: 'sha256:0', renderer: renderer.hash },
    catalogue: CATALOGUE.hash,
    llamaCpp: 'test',
    adapters: [
      await adapter('selector', 'selector', 'alpha'),
      await adapter('arguments-files-read_text_file', 'arguments', 'beta', 'files.read_text_file'),
      await adapter('monolithic', 'monolithic', 'gamma'),
    ],
  };
}

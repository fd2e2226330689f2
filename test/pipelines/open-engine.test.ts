import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decisiveEngine, EngineSettingsSchema } from '../../pipelines/engine-settings.ts';
import { openStepParts } from '../../pipelines/open-step-parts.ts';
import { loadSettings, SettingsSchema } from '../../pipelines/settings.ts';
import { chatStep } from '../../runtime/chat/chat-step.ts';
import type { StepParts } from '../../runtime/chat/prepared-step.ts';
import type { Engine } from '../../runtime/engine.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { LLAMA_SERVER, noLlamaServer } from '../fixtures/llama-server/binary.ts';
import { SERVED_TOOLS, type ServeWorkspace, serveWorkspace } from '../fixtures/serve-workspace.ts';
import { tinyModel } from '../fixtures/tiny-model.ts';
import { type StubOptions, startVllmStub, type VllmStub } from '../fixtures/vllm-stub.ts';
import { completeStage } from './report/complete-stage.ts';

const SERVER_FOLDER = '/srv/adapters';
const { signal } = new AbortController();
const tools = SERVED_TOOLS.map(({ name, description, inputSchema }) => ({
  name,
  description,
  parameters: inputSchema,
}));

let engine: Engine;
beforeAll(async () => {
  const { gguf } = await tinyModel();
  engine = await openLlamaCpp({ model: gguf, contextSize: 2048, threads: 1, gpu: false });
});
afterAll(() => engine?.close());

let stub: VllmStub;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function startStub(options: Partial<StubOptions> = {}): Promise<string> {
  const { adapters } = await tinyModel();
  const seen = { [`${SERVER_FOLDER}/selector`]: adapters.beta, [`${SERVER_FOLDER}/arguments`]: adapters.gamma };
  stub = await startVllmStub({ engine, adapters: seen, maxModelLen: 2048, ...options });
  closing.push(() => stub.close());
  return stub.url;
}

async function openParts({ context, settings }: ServeWorkspace, threshold = 0): Promise<StepParts> {
  const { parts, close } = await openStepParts(context, settings, { threshold, fallback: 'none' });
  closing.push(close);
  return parts;
}

const openai = (baseUrl: string) => ({
  engine: { name: 'openai', openai: { baseUrl, adapters: SERVER_FOLDER, tries: 1 } },
});

/** One step for each way to choose a tool. */
async function answersAsHere(there: StepParts): Promise<void> {
  const here = await openParts(await serveWorkspace());
  for (const choice of ['required', ...SERVED_TOOLS.map(({ name }) => ({ name }))] as const) {
    const request = { turns: [{ role: 'user' as const, content: 'go' }], tools, choice, maxTokens: 60 };
    const step = async (parts: StepParts) => {
      const { calls, by, finish } = await chatStep(parts, request, { signal });
      return { calls, by, finish };
    };
    const found = await step(there);
    expect(found).toEqual(await step(here));
    expect(found.calls).toHaveLength(1);
  }
}

describe('openEngine', () => {
  it('serves the bundle on a server as in this process', async () => {
    const there = await openParts(await serveWorkspace({}, openai(await startStub())));
    await answersAsHere(there);
    expect(stub.loaded().toSorted()).toEqual(['arguments-0', 'selector-0']);
  });

  it.skipIf(noLlamaServer())(
    'serves the bundle on a llama-server that it starts as in this process',
    async () => {
      const engine = { name: 'llama-server', 'llama-server': { command: LLAMA_SERVER } };
      await answersAsHere(await openParts(await serveWorkspace({}, { engine })));
    },
    120_000,
  );

  it('refuses a threshold at the start where there are no probabilities', async () => {
    const url = await startStub({ knows: ['structured_outputs'] });
    const workspace = await serveWorkspace({}, openai(url));
    await expect(openParts(workspace, 0.5)).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/no probabilities/),
    });
    await openParts(workspace);
  });

  it('refuses at the start an engine without grammars', async () => {
    const url = await startStub({ knows: ['logprob_token_ids'] });
    await expect(openParts(await serveWorkspace({}, openai(url)))).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('engine.openai: the engine takes no grammar'),
    });
  });

  it('sends a llama-server that is there its key', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer(({ headers }, response) => {
      seen.push(headers.authorization);
      response.writeHead(401).end('{"error": {"message": "Invalid API Key"}}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const openWith = async (there: object, variables = {}) => {
      const workspace = await serveWorkspace({}, { engine: { name: 'llama-server', 'llama-server': there } });
      return openParts({ ...workspace, context: { ...workspace.context, variables } });
    };
    await expect(openWith({ url })).rejects.toThrow(/Invalid API Key[\s\S]*engine\.llama-server\.apiKeyFrom/);
    const there = { url, apiKeyFrom: 'LLAMA_KEY' };
    await expect(openWith(there, { LLAMA_KEY: 'its-key' })).rejects.toThrow(/Invalid API Key/);
    expect(seen).toEqual([undefined, 'Bearer its-key']);
    await expect(openWith(there)).rejects.toThrow(/engine\.llama-server\.apiKeyFrom: .*is not set/);
    await expect(openWith({ url: `${url}?key=1` })).rejects.toThrow(/engine\.llama-server\.url/);
  });

  it('refuses adapters that were trained again since the bundle was made', async () => {
    const workspace = await serveWorkspace({}, openai(await startStub()));
    const { workspace: folder } = workspace.context;
    await completeStage(folder, 'adapters/selector', { 'adapter_config.json': '{}' });
    await expect(openParts(workspace)).rejects.toThrow(/selector is not the one that the bundle was made of/);
  });
});

describe('engine in workspace.yaml', () => {
  const read = async (text: string) => {
    const { context } = await serveWorkspace();
    await mkdir(context.workspace, { recursive: true });
    await writeFile(join(context.workspace, 'workspace.yaml'), text);
    return loadSettings(context);
  };

  it('is llama.cpp in this process where nothing is said', () => {
    expect(SettingsSchema.parse({}).engine).toMatchObject({ name: 'llama-cpp', 'llama-cpp': {} });
  });

  it('is refused with place and what was expected', async () => {
    await expect(read('engine:\n  name: openai\n')).rejects.toThrow(
      /workspace\.yaml:2[\s\S]*`openai` with its `baseUrl`/,
    );
    await expect(read('engine:\n  llama-cpp: {memory: 0}\n')).rejects.toThrow(/engine\.llama-cpp\.memory/);
    await expect(read('engine: {name: vllm}\n')).rejects.toThrow(/engine\.name/);
  });

  it('decides what an evaluation is, but not where the default engine is what it always was', () => {
    const decisive = (engine: unknown) => decisiveEngine(EngineSettingsSchema.parse(engine));
    expect(decisive({})).toBeUndefined();
    expect(decisive({ 'llama-cpp': { memory: 500 } })).toBeUndefined();
    const server = { name: 'openai', openai: { baseUrl: 'http://here:8000/v1', maxAdapters: 3 } };
    expect(decisive(server)).toEqual({ name: 'openai', baseUrl: 'http://here:8000/v1', model: undefined });
  });
});

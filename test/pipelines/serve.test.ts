import { appendFile, copyFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openStepParts } from '../../pipelines/open-step-parts.ts';
import { serve } from '../../pipelines/serve.ts';
import { bundlePath, knownHashesPath } from '../../pipelines/workspace-files.ts';
import { LLAMA_SERVER, LLAMA_SERVER_ENV, noLlamaServer } from '../fixtures/llama-server/binary.ts';
import { serveWorkspace } from '../fixtures/serve-workspace.ts';

test('a restart reads no file again that did not change, unless it shall, and refuses one that did', async () => {
  const { context, settings } = await serveWorkspace();
  const start = async (checkFiles = false) => {
    const { close } = await openStepParts(context, settings, { threshold: 0, fallback: 'none', checkFiles });
    await close();
  };
  await setTimeout(2100); // what was written just now is not remembered
  await start();
  const path = knownHashesPath(context);
  const known = JSON.parse(await readFile(path, 'utf8')) as Record<string, { sha256: string }>;
  const [model, adapter] = ['base.f32.gguf', join('adapters', 'selector.gguf')].map((file) =>
    join(dirname(bundlePath(context)), file),
  ) as [string, string];
  expect(Object.keys(known)).toEqual(
    expect.arrayContaining([model, adapter, join(settings.base, 'model.safetensors')]),
  );
  known[model]!.sha256 = 'forged';
  await writeFile(path, JSON.stringify(known));
  await expect(start()).rejects.toThrow(/base\.f32\.gguf: a file of the bundle is not as it was made[\s\S]*forged/);
  await start(true);
  await start();
  await appendFile(adapter, ' ');
  await expect(start()).rejects.toThrow(/selector\.gguf: a file of the bundle is not as it was made/);
});

test.skipIf(noLlamaServer())('what a llama-server was asked before Ctrl-C is answered', async () => {
  const engine = { name: 'llama-server', 'llama-server': { command: LLAMA_SERVER } };
  const { context, settings } = await serveWorkspace({}, { engine });
  const controller = new AbortController();
  const { signal } = controller;
  const env = LLAMA_SERVER_ENV;
  const server = await serve({ ...context, env, signal }, settings, { host: '127.0.0.1', port: 0, log: () => {} });
  const asked = fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'base', messages: [{ role: 'user', content: 'go on' }], max_tokens: 300 }),
  });
  const running = async () => ((await (await fetch(`${server.url}/health`)).json()) as { running: number }).running;
  while ((await running()) === 0) await setTimeout(5);
  controller.abort();
  await server.close(60);
  const { status } = await asked;
  expect(status).toBe(200);
});

test('an adapter that was exchanged since the start is not loaded, and others go on', async () => {
  const { context, settings } = await serveWorkspace();
  const { parts, close } = await openStepParts(context, settings, { threshold: 0, fallback: 'none' });
  try {
    const selector = parts.adapters.selector!;
    const session = await parts.engine.session(selector);
    const unopened = { ...parts.adapters.argumentsOf(parts.catalogue.tools[0]!)! };
    unopened.path = join(dirname(unopened.path), 'later.gguf');
    await copyFile(selector.path, unopened.path);
    await expect(parts.engine.session(unopened)).rejects.toThrow(
      /later\.gguf: the adapter arguments has changed since its bundle was opened[\s\S]*start the command again/,
    );
    expect(await session.next([1, 2], [3])).toHaveLength(1);
  } finally {
    await close();
  }
});

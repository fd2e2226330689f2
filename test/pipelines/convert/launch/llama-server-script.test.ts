import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { BundleSchema } from '../../../../core/bundle.ts';
import { readJsonFile } from '../../../../core/json-file.ts';
import { writeLaunchFiles } from '../../../../pipelines/convert/launch/write-launch-files.ts';
import { bundlePath } from '../../../../pipelines/workspace-files.ts';
import { LLAMA_SERVER, LLAMA_SERVER_ENV, noLlamaServer } from '../../../fixtures/llama-server/binary.ts';
import { serveWorkspace } from '../../../fixtures/serve-workspace.ts';

const why = noLlamaServer();

let child: ChildProcess | undefined;
afterEach(async () => {
  if (child === undefined || child.exitCode !== null) return;
  child.kill();
  await once(child, 'exit');
});

describe.skipIf(why)(`launch/llama-server.sh${why ? ` (skipped: ${why})` : ''}`, () => {
  it('starts llama-server with all adapters, none of which is applied', { timeout: 120_000 }, async () => {
    const { context } = await serveWorkspace();
    const folder = dirname(bundlePath(context));
    const bundle = await readJsonFile(bundlePath(context), BundleSchema);
    await writeLaunchFiles(folder, { ...bundle, stop: '<|im_end|>', contextSize: 512 });
    const port = await freePort();
    child = spawn(join(folder, 'launch', 'llama-server.sh'), ['--port', String(port)], {
      env: { ...LLAMA_SERVER_ENV, LLAMA_SERVER },
      stdio: 'ignore',
    });
    while (!(await isUp(port)) && child.exitCode === null) await setTimeout(100);
    const adapters: unknown = await (await fetch(`http://127.0.0.1:${port}/lora-adapters`)).json();
    expect(adapters).toMatchObject(bundle.adapters.map(({ file }, id) => ({ id, path: file, scale: 0 })));
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function isUp(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../core/project.ts';
import { lockWorkspace } from '../../pipelines/workspace-lock.ts';
import { type PublishWorkspace, publishWorkspace, putFile } from '../fixtures/publish-workspace.ts';

let place: PublishWorkspace;
beforeEach(async () => {
  place = await publishWorkspace();
  await putFile(place.context.workspace, 'workspace.yaml', 'publish: {to: ../releases}\n');
});
afterEach(() => rm(dirname(place.context.workspace), { recursive: true, force: true }));

interface Ended {
  code: number | null;
  stderr: string;
}

/** A command as users run it. */
function publish(args: string[], onStderr: (text: string) => void = () => {}): Promise<Ended> {
  const script = join(PROJECT_ROOT, 'scripts', 'pipeline.ts');
  const child = spawn(process.execPath, [script, 'publish', '-w', place.context.workspace, ...args]);
  const ended: Ended = { code: null, stderr: '' };
  child.stderr.on('data', (chunk: Buffer) => {
    ended.stderr += chunk.toString();
    onStderr(ended.stderr);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ended, code })));
}

test('the second of two runs is refused, and told whose turn it is', async () => {
  const release = await lockWorkspace(place.context);
  const { code, stderr } = await publish([]);
  await release();
  expect(code).toBe(1);
  expect(stderr).toContain('another run is at work on this workspace');
  expect(stderr).toContain(`process ${process.pid}`);
  expect((await publish([])).code).toBe(0);
});

test('with --wait it waits, says so, and goes on', async () => {
  const release = await lockWorkspace(place.context);
  let freed = false;
  const { code, stderr } = await publish(['--wait', '--yes'], (text) => {
    if (freed || !text.includes('waiting for another run')) return;
    freed = true;
    void setTimeout(500).then(release);
  });
  expect(freed).toBe(true);
  expect(code, stderr).toBe(0);
});

test('the lock of a run that was killed is taken over at once', async () => {
  const child = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import { lockWorkspace } from ${JSON.stringify(join(PROJECT_ROOT, 'pipelines', 'workspace-lock.ts'))};
     await lockWorkspace({ workspace: ${JSON.stringify(place.context.workspace)}, signal: new AbortController().signal });
     console.log('locked');`,
  ]);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  const began = Date.now();
  await (await lockWorkspace(place.context))();
  expect(Date.now() - began).toBeLessThan(2000);
});

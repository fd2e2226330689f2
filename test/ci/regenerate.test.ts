import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../core/project.ts';
import { bash } from '../fixtures/workflow.ts';

const SCRIPT = join(PROJECT_ROOT, 'ci', 'regenerate.sh');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cron-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs the script with a `pnpm` that only notes what it is asked. @param ends exit codes by command */
async function regenerate(ends: Record<string, number>): Promise<{ code: number | null; commands: string[] }> {
  const [pnpm, log] = [join(folder, 'pnpm'), join(folder, 'log')];
  const cases = Object.entries(ends).map(([command, code]) => `${command}) exit ${code};;`);
  await writeFile(pnpm, `#!/bin/sh\necho "$@" >> "${log}"\ncase $2 in ${cases.join(' ')} esac\n`);
  await chmod(pnpm, 0o755);
  await writeFile(log, '');
  const { code } = await bash(`"${SCRIPT}" "${folder}"`, folder, { ...process.env, PNPM: pnpm });
  return { code, commands: (await readFile(log, 'utf8')).trim().replaceAll(` --workspace ${folder}`, '').split('\n') };
}

test('what is fresh is not made again, and published where that broke off', async () => {
  expect(await regenerate({ status: 0 })).toEqual({
    code: 0,
    commands: ['pipeline status --live --check', 'pipeline publish --yes'],
  });
});

test('what is stale is made, then published', async () => {
  expect((await regenerate({ status: 1 })).commands).toEqual([
    'pipeline status --live --check',
    'pipeline run',
    'pipeline publish --yes',
  ]);
});

test('a failure ends it with its code, and nothing is published', async () => {
  expect(await regenerate({ status: 2 })).toEqual({ code: 2, commands: ['pipeline status --live --check'] });
  expect(await regenerate({ status: 1, run: 1 })).toEqual({
    code: 1,
    commands: ['pipeline status --live --check', 'pipeline run'],
  });
  expect((await regenerate({ status: 0, publish: 1 })).code).toBe(1);
});

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ToolkitError } from '../../core/errors.ts';
import { CACHE_FOLDER } from '../../core/project.ts';
import { runProcess } from '../../core/subprocess.ts';
import { ownEnvironment } from '../own-environment.ts';
import type { BenchRun } from './bench-script.ts';

export const BFCL_PLACE = ownEnvironment('bfcl');
export const BFCL_DOWNLOAD = {
  what: 'bfcl-eval 2026.3.23 from the Python package index (Apache-2.0)',
  bytes: 1_925_664,
};

const FOLDER = join(CACHE_FOLDER, 'bfcl', 'data-2026.3.23');
const WANTED = join(import.meta.dirname, '..', 'python', 'bfcl-data.txt');

/** Where the questions, answers and functions of BFCL lie; `undefined`: they are not fetched yet. */
export function bfclFolder(): string | undefined {
  return existsSync(FOLDER) ? join(FOLDER, 'bfcl_eval', 'data') : undefined;
}

/** Fetches the package with BFCL's data, of the one hash that is known, and unpacks it. @throws ToolkitError (environment) where pip cannot get it */
export async function fetchBfcl(run: BenchRun): Promise<void> {
  await mkdir(dirname(FOLDER), { recursive: true });
  const partial = await mkdtemp(`${FOLDER}.`);
  try {
    const pip = [
      '-m',
      'pip',
      '--disable-pip-version-check',
      '--no-input',
      'download',
      '--no-deps',
      '--only-binary',
      ':all:',
    ];
    await python(run, [...pip, '--require-hashes', '-r', WANTED, '-d', partial]);
    const wheel = (await readdir(partial)).find((name) => name.endsWith('.whl'))!;
    await python(run, ['-m', 'zipfile', '-e', join(partial, wheel), partial]);
    await rename(partial, FOLDER);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function python({ env, signal, python: command }: BenchRun, args: string[]): Promise<void> {
  const { exitCode, stderrTail } = await runProcess({ name: 'pip', command, args, env, signal });
  if (exitCode === 0) return;
  const todo = 'see that pip reaches its index (network, proxy, `pip config list`) and run the same command again';
  throw new ToolkitError({ kind: 'environment', what: 'BFCL’s data cannot be fetched', found: stderrTail, todo });
}

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { writeFileAtomic } from '../../core/json-file.ts';
import { CACHE_FOLDER } from '../../core/project.ts';
import { runProcess } from '../../core/subprocess.ts';
import { preparePython } from '../prepare-python.ts';

/** How to start something. */
export interface Program {
  command: string;
  args: string[];
}

/** The installed servers, by the name of their program. */
export interface Programs {
  npm(program: string): Program;
  pypi(program: string): Program;
}

const STAGE = 'install';
const NPM_PACKAGES = ['everything', 'filesystem', 'memory', 'sequential-thinking'].map(
  (name) => `@modelcontextprotocol/server-${name}@2026.8.31`,
);

/** Installs the servers into `.cache/real-servers`, once, saying what it fetches. */
export async function* installServers(context: Context): AsyncGenerator<StageEvent, Programs, undefined> {
  const folder = join(CACHE_FOLDER, 'real-servers');
  const npm = join(folder, 'npm');
  yield { type: 'start', stage: STAGE };
  if (!(await isInstalled(npm))) {
    const note = `installing into ${npm} by npm (about 30 MB): ${NPM_PACKAGES.join(', ')}`;
    yield { type: 'progress', stage: STAGE, done: 0, note };
    await npmInstall(context, npm);
  }
  const requirements = join(import.meta.dirname, 'requirements.txt');
  const python = yield* preparePython(context, { folder: join(folder, 'python'), requirements });
  return {
    npm: (program) => ({ command: join(npm, 'node_modules', '.bin', `mcp-${program}`), args: [] }),
    pypi: (program) => ({ command: join(dirname(python), program), args: [] }),
  };
}

const doneFile = (folder: string) => join(folder, 'installed.txt');

async function isInstalled(folder: string): Promise<boolean> {
  const file = doneFile(folder);
  return existsSync(file) && (await readFile(file, 'utf8')) === NPM_PACKAGES.join('\n');
}

async function npmInstall({ env, signal }: Context, folder: string): Promise<void> {
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', ...NPM_PACKAGES];
  const result = await runProcess({ name: 'npm', command: 'npm', args, env, signal });
  if (result.exitCode !== 0)
    throw new ToolkitError({
      kind: 'environment',
      what: 'npm cannot install the servers',
      found: result.stderrTail,
      todo: 'see that npm reaches its registry, and run the same command again',
    });
  await writeFileAtomic(doneFile(folder), NPM_PACKAGES.join('\n'));
}

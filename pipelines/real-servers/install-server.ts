import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
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

/** Where a server comes from. */
export interface ServerPackage {
  package: string;
  version: string;
  registry: 'npm' | 'PyPI';
  /** The command that the package brings. */
  program: string;
  /** Requirements that a PyPI package should have said. */
  besides?: readonly string[];
}

/** Installs a server into a folder of its own in `.cache/real-servers`, once, saying what it fetches: what two of them need may not go together. */
export function installServer(context: Context, server: ServerPackage): AsyncGenerator<StageEvent, Program, undefined> {
  const name = `${server.package}-${server.version}`.replaceAll(/[^\w.-]+/g, '-');
  const folder = join(CACHE_FOLDER, 'real-servers', name);
  return server.registry === 'npm' ? fromNpm(context, server, folder) : fromPypi(context, server, folder);
}

async function* fromNpm(
  { env, signal }: Context,
  { package: name, version, program }: ServerPackage,
  folder: string,
): AsyncGenerator<StageEvent, Program, undefined> {
  const command = join(folder, 'node_modules', '.bin', program);
  const done = join(folder, 'installed.txt');
  if (!existsSync(done)) {
    const note = `installing ${name}@${version} by npm into ${folder} (a few MB)`;
    yield { type: 'progress', stage: 'install', done: 0, note };
    const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`];
    const result = await runProcess({ name: 'npm', command: 'npm', args, env, signal });
    if (result.exitCode !== 0)
      throw new ToolkitError({
        kind: 'environment',
        what: `npm cannot install ${name}`,
        found: result.stderrTail,
        todo: 'see that npm reaches its registry, and run the same command again',
      });
    await writeFileAtomic(done, '');
  }
  return { command, args: [] };
}

async function* fromPypi(
  context: Context,
  { package: name, version, program, besides = [] }: ServerPackage,
  folder: string,
): AsyncGenerator<StageEvent, Program, undefined> {
  const requirements = join(folder, 'requirements.txt');
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(requirements, [`${name}==${version}`, ...besides, ''].join('\n'));
  const python = yield* preparePython(context, { folder: join(folder, 'python'), requirements });
  return { command: join(dirname(python), program), args: [] };
}

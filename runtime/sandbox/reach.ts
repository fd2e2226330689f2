import { existsSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, resolve, sep } from 'node:path';
import { isInside } from '../../core/is-inside.ts';
import type { ServerConfig } from '../mcp/servers-file.ts';

type StdioConfig = Extract<ServerConfig, { kind: 'stdio' }>;

/** Programs that run another one, which their arguments name first. */
const RUNNERS = /^(node(js)?|bunx?|deno|tsx|npx|npm|pnpm|pnpx|yarn|uvx?|pipx|python[\d.]*|py|ruby|php)(\.exe|\.cmd)?$/i;
const RUNNER_COMMANDS = new Set(['run', 'exec', 'x', 'dlx', 'tool']);
const PROGRAM_FLAGS = new Set(['--directory', '--project', '--from', '--prefix']);

/** The existing folders in a server's arguments, without those of its own program. Called with the config that points to the copies. */
export function foldersOutside(config: StdioConfig): string[] {
  return config.args
    .slice(programEnd(config))
    .flatMap(pathsIn)
    .map((path) => resolve(config.cwd, path))
    .filter((path) => !path.split(sep).includes('node_modules') && isFolder(path));
}

/** How many arguments say what is run: `run --directory /srv/notes notes` of `uv`, `server.js` of `node`. */
function programEnd({ command, args }: StdioConfig): number {
  if (!RUNNERS.test(basename(command))) return 0;
  const first = args.findIndex(
    (arg, index) => !arg.startsWith('-') && !RUNNER_COMMANDS.has(arg) && !PROGRAM_FLAGS.has(args[index - 1] ?? ''),
  );
  return first + 1;
}

/** `/data`, `--root=data`, `/data/a:/data/b`. */
function pathsIn(arg: string): string[] {
  const value = arg.startsWith('-') ? arg.replace(/^[^=]*=?/, '') : arg;
  return [value, ...arg.split(/[=:;,"'\s]/).filter(isAbsolute)].filter((path) => path !== '');
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** Variables of a server's own `env` that name a file or folder which its sandbox does not copy: what its tools write there stays. */
export function variablesOutside({ env }: StdioConfig, copied: readonly string[]): string[] {
  const isCopied = (path: string) => copied.some((one) => isInside(path, one));
  return Object.entries(env)
    .filter(([, value]) => isAbsolute(value) && existsSync(dirname(value)) && !isCopied(resolve(value)))
    .map(([name]) => name);
}

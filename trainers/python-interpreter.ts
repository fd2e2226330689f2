import { ToolkitError } from '../core/errors.ts';
import { runProcess } from '../core/subprocess.ts';

const OLDEST = 10;
/** The newest for which the pinned torch has wheels. */
const NEWEST = 14;
const NAMES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const EXPECTED = `Python 3.${OLDEST} to 3.${NEWEST}`;
const TODO =
  'install one (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python@3.13; ' +
  'else https://www.python.org/downloads), or name it: PYTHON=/path/to/python3';

export interface Interpreter {
  command: string;
  /** `3.11.7` */
  version: string;
}

/**
 * The first suitable Python: the one that `PYTHON` names, else of those on the PATH.
 * @throws ToolkitError (environment) saying which were found and what to install
 */
export async function findPython(env: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Interpreter> {
  const found: Interpreter[] = [];
  for (const command of env.PYTHON ? [env.PYTHON] : NAMES) {
    const version = await pythonVersion(command, env, signal);
    if (version === undefined) continue;
    if (isSuitable(version)) return { command, version };
    found.push({ command, version });
  }
  const list = found.map(({ command, version }) => `${command} is ${version}`).join(', ');
  throw new ToolkitError({
    kind: 'environment',
    what:
      found.length > 0 ? 'no suitable Python' : env.PYTHON ? 'PYTHON names no Python that runs' : 'Python is missing',
    expected: EXPECTED,
    found: list || env.PYTHON,
    todo: TODO,
  });
}

/** The version of an interpreter; `undefined` where it does not run. */
export async function pythonVersion(
  command: string,
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const code = 'import sys; print("%d.%d.%d" % sys.version_info[:3])';
  try {
    const { exitCode, stdout } = await runProcess({ name: command, command, args: ['-c', code], env, signal });
    return exitCode === 0 ? stdout.trim() : undefined;
  } catch (error) {
    if (error instanceof ToolkitError && error.kind === 'environment') return undefined;
    throw error;
  }
}

export function isSuitable(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major === 3 && minor! >= OLDEST && minor! <= NEWEST;
}

import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import type { StageEvent } from '../core/event.ts';
import { isLocked, lockPatiently } from '../core/folder-lock.ts';
import { hashFile, hashJson } from '../core/hash.ts';
import { writeJsonFile } from '../core/json-file.ts';
import { PROJECT_ROOT } from '../core/project.ts';
import { runProcess } from '../core/subprocess.ts';
import { findPython, type Interpreter, isSuitable, pythonVersion } from './python-interpreter.ts';
import { installPackages, type Pip, planPackages } from './python-packages.ts';

const STAGE = 'python';
const SCRIPTS = join(import.meta.dirname, 'python');
/** Written last: the environment is complete for these requirements. */
const DONE = '.complete.json';
/** There while pip is at work: an environment that was left with it is made anew. */
const INSTALLING = '.installing';
const LOCK_WAIT = { tries: 600, everyMs: 1000 };

/** Where the environment lies and what it must hold. */
export interface PythonPlace {
  folder: string;
  requirements: string;
  /** One whose packages are seen here too, so that only what it lacks is fetched. */
  above?: PythonPlace;
}

/** What nearly everything needs. */
export const PROJECT_PLACE: PythonPlace = {
  folder: join(PROJECT_ROOT, '.venv'),
  requirements: join(SCRIPTS, 'requirements.txt'),
};

type Environment = Pick<Context, 'env' | 'signal'>;
type Report = (event: StageEvent) => void;

/**
 * Makes `.venv` where it is missing, repairs it where an installation was interrupted, and takes it as it is where it holds what is needed.
 * Says what will be fetched, with its size, before anything is.
 * @returns the path of its interpreter
 * @throws ToolkitError (environment) where Python is missing or too old, its venv module is missing, or pip fails
 */
export async function ensurePython(
  context: Environment,
  onEvent: Report = () => {},
  place: PythonPlace = PROJECT_PLACE,
): Promise<string> {
  if (place.above) await ensurePython(context, onEvent, place.above);
  const hash = await requirementsHash(place);
  if (await isComplete(place, hash)) return interpreter(place);
  const release = await acquire(place, onEvent, context.signal);
  try {
    if (!(await isComplete(place, hash))) await complete(context, onEvent, place, hash);
    return interpreter(place);
  } finally {
    await release();
  }
}

async function requirementsHash({ requirements, above }: PythonPlace): Promise<string> {
  const own = await hashFile(requirements);
  return above === undefined ? own : hashJson([own, await requirementsHash(above)]);
}

async function complete(context: Environment, onEvent: Report, place: PythonPlace, hash: string): Promise<void> {
  if (!(await isUsable(context, place))) await make(context, onEvent, place);
  const pip: Pip = { python: interpreter(place), env: context.env, signal: context.signal };
  if ((await unmet(pip, place)).length > 0) await install(pip, onEvent, place);
  await writeJsonFile(join(place.folder, DONE), { requirements: hash });
}

async function install(pip: Pip, onEvent: Report, place: PythonPlace): Promise<void> {
  const say = (note: string) => onEvent({ type: 'progress', stage: STAGE, done: 0, note });
  say('looking up the Python packages');
  const plan = await planPackages(pip, place.requirements);
  onEvent({ type: 'start', stage: STAGE, total: plan.packages.length });
  say(`installing into ${basename(place.folder)}: ${plan.summary}`);
  await writeFile(join(place.folder, INSTALLING), '');
  let done = 0;
  await installPackages(pip, plan, (line) => {
    if (/^(Collecting|Processing) /.test(line)) done += 1;
    const note = line.startsWith('Installing collected packages') ? 'unpacking' : line.trim();
    onEvent({ type: 'progress', stage: STAGE, done, total: plan.packages.length, note: note.slice(0, 100) });
  });
  const problems = await unmet(pip, place);
  if (problems.length > 0) {
    throw new ToolkitError({
      kind: 'failed',
      what: 'pip has not installed what is needed',
      found: problems.join('; '),
    });
  }
  await rm(join(place.folder, INSTALLING));
}

/** Makes the environment, empty; what was there is removed. */
async function make({ env, signal }: Environment, onEvent: Report, place: PythonPlace): Promise<void> {
  const { command, version } = await pythonFor(place, env, signal);
  onEvent({ type: 'progress', stage: STAGE, done: 0, note: `making ${basename(place.folder)} with Python ${version}` });
  const result = await runProcess({
    name: 'python',
    command,
    args: ['-m', 'venv', '--clear', ...(place.above ? ['--without-pip'] : []), place.folder],
    env,
    signal,
  });
  if (result.exitCode === 0) return place.above && seePackages(place, place.above, env, signal);
  const output = `${result.stdout}\n${result.stderrTail}`.trim();
  await rm(place.folder, { recursive: true, force: true });
  const minor = version.split('.').slice(0, 2).join('.');
  throw new ToolkitError({
    kind: 'environment',
    what: `Python ${version} (${command}) cannot make a virtual environment`,
    found: output.split('\n').slice(-5).join('\n'),
    todo: /ensurepip|No module named venv/.test(output)
      ? `install its venv module (Debian, Ubuntu: sudo apt install python${minor}-venv) and run the same command again`
      : `see that ${dirname(place.folder)} can be written to and has space`,
  });
}

/** The Python to make an environment with: that of the one above, whose packages may be compiled for its version. */
async function pythonFor({ above }: PythonPlace, env: Environment['env'], signal: AbortSignal): Promise<Interpreter> {
  const command = above && interpreter(above);
  const version = command && (await pythonVersion(command, env, signal));
  return version === undefined ? findPython(env, signal) : { command: command!, version };
}

/** Lets an environment see the packages of another, pip among them. */
async function seePackages(place: PythonPlace, above: PythonPlace, env: Environment['env'], signal: AbortSignal) {
  const [own, other] = [await packagesFolder(place, env, signal), await packagesFolder(above, env, signal)];
  // Not the folder alone: the environment above may see another one in turn.
  await writeFile(join(own, 'above.pth'), `import site; site.addsitedir(${JSON.stringify(other)})\n`);
}

async function packagesFolder(place: PythonPlace, env: Environment['env'], signal: AbortSignal): Promise<string> {
  const args = ['-c', 'import sysconfig; print(sysconfig.get_paths()["purelib"])'];
  return (await runProcess({ name: 'python', command: interpreter(place), args, env, signal })).stdout.trim();
}

/** Whether there is an environment that can be installed into. */
async function isUsable({ env, signal }: Environment, place: PythonPlace): Promise<boolean> {
  if (!existsSync(interpreter(place)) || existsSync(join(place.folder, INSTALLING))) return false;
  const version = await pythonVersion(interpreter(place), env, signal);
  if (version === undefined || !isSuitable(version)) return false;
  return place.above === undefined || version === (await pythonVersion(interpreter(place.above), env, signal));
}

/** Requirements that are not met, in words. */
async function unmet({ python, env, signal }: Pip, place: PythonPlace): Promise<string[]> {
  const args = [join(SCRIPTS, 'check_requirements.py'), place.requirements];
  const result = await runProcess({ name: 'python', command: python, args, env, signal });
  if (result.exitCode === 0) return JSON.parse(result.stdout) as string[];
  throw new ToolkitError({
    kind: 'environment',
    what: 'the Python environment cannot be inspected',
    where: place.folder,
    found: result.stderrTail,
    todo: 'delete that folder and run the same command again',
  });
}

async function isComplete(place: PythonPlace, hash: string): Promise<boolean> {
  const mark = join(place.folder, DONE);
  if (!existsSync(mark) || !existsSync(interpreter(place))) return false;
  return (await readFile(mark, 'utf8')).includes(hash);
}

function interpreter({ folder }: PythonPlace): string {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

/** One process installs; another one that needs the environment waits for it. */
async function acquire({ folder }: PythonPlace, onEvent: Report, signal: AbortSignal): Promise<() => Promise<void>> {
  const target = join(dirname(folder), '.cache', 'python');
  await mkdir(dirname(target), { recursive: true });
  // A machine that slept looks as if the lock had been taken over; pip's work is still good then.
  return lockPatiently(target, { tries: 1, everyMs: 0, signal }).catch((error: unknown) => {
    if (!isLocked(error)) throw error;
    onEvent({
      type: 'progress',
      stage: STAGE,
      done: 0,
      note: 'waiting for another process that installs the Python packages',
    });
    return lockPatiently(target, { ...LOCK_WAIT, signal });
  });
}

import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ToolkitError } from '../../core/errors.ts';
import { isAlive } from '../../core/process-alive.ts';
import { runProcess } from '../../core/subprocess.ts';

export interface StateCommands {
  snapshot?: readonly string[];
  reset: readonly string[];
  /** Of the settings, for messages: `sandbox.shop`. */
  setting: string;
  /** Where the snapshot may be kept, as `$SNAPSHOT_FOLDER`: outlives a run that was killed. */
  folder: string;
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** That a command may take; absent: as long as it takes. */
  timeoutMs?: number;
  redact: (text: string) => string;
}

const OWNER = 'owner';

/**
 * Brings what the server holds to its first state. Unlike a copy it is the user's own data: one run at a time works on it, and one that was killed
 * left it changed, so that the next run puts back what that one kept rather than keeping the changes.
 * @throws ToolkitError (environment) where another run is at work on it, or the command fails
 */
export async function beginState(commands: StateCommands, signal: AbortSignal): Promise<void> {
  const wasKilled = await claim(commands);
  if (commands.snapshot === undefined || wasKilled) return resetState(commands, signal);
  try {
    await run('snapshot', commands.snapshot, commands, signal);
  } catch (error) {
    await endState(commands);
    throw error;
  }
}

/** Puts back what the server held at first. */
export function resetState(commands: StateCommands, signal: AbortSignal): Promise<void> {
  return run('reset', commands.reset, commands, signal);
}

/** Called when the data is as it was. */
export async function endState({ folder }: StateCommands): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  // Other servers may have theirs.
  await rmdir(dirname(folder)).catch(() => {});
}

/** @returns whether a run that was killed had it */
async function claim({ folder, setting }: StateCommands): Promise<boolean> {
  const owner = join(folder, OWNER);
  const wasKilled = existsSync(owner);
  const pid = wasKilled ? Number.parseInt(await readFile(owner, 'utf8'), 10) : process.pid;
  if (pid !== process.pid && isAlive(pid))
    throw new ToolkitError({
      kind: 'environment',
      what: `another run (process ${pid}) works on this server's data`,
      where: setting,
      todo: 'wait for it to end',
    });
  await mkdir(folder, { recursive: true });
  await writeFile(owner, String(process.pid), wasKilled ? {} : { flag: 'wx' });
  return wasKilled;
}

async function run(
  name: 'snapshot' | 'reset',
  [command = '', ...args]: readonly string[],
  { setting, folder, cwd, env, timeoutMs, redact }: StateCommands,
  signal: AbortSignal,
): Promise<void> {
  const where = `${setting}.${name}`;
  const failed = (what: string, found: string): never => {
    throw new ToolkitError({
      kind: 'environment',
      what: `the ${name} command ${what}`,
      where,
      found: redact(found) || 'nothing on stderr',
      todo: `run it by hand in ${cwd}, with SNAPSHOT_FOLDER set to an empty folder: ${redact([command, ...args].join(' '))}`,
    });
  };
  const result = await runProcess({
    name: `the ${name} command of ${setting}`,
    command,
    args,
    cwd,
    env: { ...env, SNAPSHOT_FOLDER: folder },
    signal,
    timeoutMs,
    graceMs: 2000,
    onStdoutLine: () => {},
  }).catch((error: unknown) => {
    // To the caller a failed call: but no call is to blame.
    if (error instanceof ToolkitError && error.kind === 'failed')
      return failed(`took longer than ${timeoutMs! / 1000} s`, error.details.found ?? '');
    throw error;
  });
  if (result.exitCode !== 0) failed(`ended with ${result.signal ?? `exit code ${result.exitCode}`}`, result.stderrTail);
}

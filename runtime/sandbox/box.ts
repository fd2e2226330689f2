import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ToolkitError } from '../../core/errors.ts';
import { hashText } from '../../core/hash.ts';
import type { Tool } from '../../core/tool.ts';
import { connectServer, type ServerConnection } from '../mcp/connection.ts';
import { redactor } from '../mcp/redact.ts';
import type { ServerConfig, ServersFile } from '../mcp/servers-file.ts';
import { type Changes, CopyWatch } from './changes.ts';
import { beginState, endState, resetState, type StateCommands } from './commands.ts';
import { type Copy, planCopy } from './copy.ts';
import { type PathPair, pathPairs, redirectConfig } from './paths.ts';
import { foldersOutside } from './reach.ts';
import type { SandboxRule, SandboxSettings } from './rule.ts';

/** One server of a sandbox: how it is started, and how what it holds is put back. */
export interface Box {
  /** Whether what its tools do can be undone. */
  isolated: boolean;
  config: ServerConfig;
  pairs: PathPair[];
  /** Made at the first use. */
  copies?: Copy[];
  commands?: StateCommands;
  restart: boolean;
  dirty: boolean;
  ready: boolean;
  connection?: ServerConnection;
  /** Of the copies, where somebody wants to know what calls do to them. */
  watch?: CopyWatch;
}

interface Surroundings {
  workspace: string;
  servers: ServersFile;
  settings: SandboxSettings;
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

/** @param place where copies go */
export function boxOf(config: ServerConfig, options: Surroundings, place: string): Box {
  const { settings, servers } = options;
  const fresh = { pairs: [], dirty: false };
  if (!Object.hasOwn(settings.sandbox, config.name))
    return { ...fresh, config, isolated: false, restart: false, ready: true };
  const rule = settings.sandbox[config.name]!;
  const box = { ...fresh, isolated: true, commands: commandsOf(config, rule, options), ready: false };
  if (config.kind === 'http') {
    if (rule.reset !== undefined && !rule.copy?.length) return { ...box, config, restart: rule.restart ?? false };
    throw new ToolkitError({
      kind: 'input',
      what: 'a server that is reached over HTTP cannot be run on a copy',
      where: `sandbox.${config.name}`,
      todo: 'give commands that keep and put back its data (`snapshot`, `reset`), or list its harmless tools under `safe`',
    });
  }
  const pairs = pathPairs(rule.copy ?? [], servers.folder, join(place, fileNameOf(config)), config);
  const missing = pairs.find(({ original }) => !existsSync(original));
  if (missing)
    throw new ToolkitError({
      kind: 'input',
      what: 'nothing to copy',
      where: `sandbox.${config.name}.copy`,
      expected: 'a file or folder',
      found: missing.original,
    });
  const redirected = redirectConfig(config, pairs);
  const [outside] = foldersOutside(redirected);
  // What a command puts back need not be copied.
  if (outside !== undefined && rule.reset === undefined)
    throw new ToolkitError({
      kind: 'input',
      what: 'an argument of the server names a folder that is not copied, so that its tools could change it',
      where: `sandbox.${config.name}.copy`,
      expected: 'every folder in `args` that is not the program itself',
      found: outside,
      todo: `add ${outside} to \`sandbox.${config.name}.copy\`, or remove it from the server's \`args\``,
    });
  return { ...box, config: redirected, pairs, restart: rule.restart ?? true };
}

function commandsOf(
  config: ServerConfig,
  { snapshot, reset, timeout }: SandboxRule,
  { workspace, servers, env }: Surroundings,
): StateCommands | undefined {
  if (reset === undefined) return undefined;
  return {
    snapshot,
    reset,
    setting: `sandbox.${config.name}`,
    folder: join(workspace, '.snapshots', fileNameOf(config)),
    cwd: servers.folder,
    // They reach what the server reaches.
    env: { ...env, ...(config.kind === 'stdio' && config.env) },
    timeoutMs: timeout && timeout * 1000,
    redact: redactor(config),
  };
}

function fileNameOf({ name }: ServerConfig): string {
  return `${name.replaceAll(/\W+/g, '_').slice(0, 40)}-${hashText(name).slice(7, 13)}`;
}

/** Its connection; the first brings the server to its first state. */
export async function connect(box: Box, { env, signal }: Surroundings): Promise<ServerConnection> {
  if (!box.ready) await begin(box, signal);
  box.connection ??= await connectServer(box.config, { env, signal }).catch(notStarted);
  return box.connection;
}

/** No call is to blame, and the next one would fare no better. */
function notStarted(error: unknown): never {
  if (!(error instanceof ToolkitError) || error.kind !== 'failed') throw error;
  throw new ToolkitError({ ...error.details, kind: 'environment' });
}

/** What the server was doing is not known: it is ended, and what it holds is put back at the next reset. */
export async function disconnect(box: Box): Promise<void> {
  const { connection } = box;
  box.connection = undefined;
  box.dirty = true;
  await connection?.close().catch(() => {});
}

async function begin(box: Box, signal: AbortSignal): Promise<void> {
  if (box.commands) await beginState(box.commands, signal);
  restore(box);
}

/** Puts back what the server held at first. */
export async function resetBox(box: Box, signal: AbortSignal): Promise<void> {
  if (box.restart) await disconnect(box);
  if (box.commands) await resetState(box.commands, signal);
  restore(box);
}

function restore(box: Box): void {
  box.copies ??= box.pairs.map(({ original, copy }) => planCopy(original, copy));
  for (const copy of box.copies) copy.restore();
  box.watch?.forget();
  box.ready = true;
  box.dirty = false;
}

/** A server may answer before it has written. */
const WRITES_LATE_MS = 50;

/**
 * Begins to watch what one call does to the copies. A read-only tool is not judged after others, which may write late; where it did change
 * something, that is put back at the next reset.
 * @returns tells it, when the call is over
 */
export function watchCall(box: Box, { annotations }: Tool): () => Promise<Changes | undefined> {
  const isReader = annotations.readOnlyHint === true;
  const isLate = isReader && box.dirty;
  box.watch ??= new CopyWatch(box.pairs);
  const { watch } = box;
  watch.begin();
  return async () => {
    const first = await watch.changes();
    if (isLate || first === undefined) return undefined;
    if (isReader && first === 'data') {
      box.dirty = true;
      // Data that change without a call tell nothing of this one.
      await setTimeout(WRITES_LATE_MS);
      if ((await watch.changes()) !== 'none') return undefined;
    }
    if (first !== 'none' || annotations.readOnlyHint !== false) return first;
    await setTimeout(WRITES_LATE_MS);
    return watch.changes();
  };
}

/** Leaves the user's own data as it was, also where the run was interrupted. */
export async function leaveBox({ commands, ready, dirty }: Box): Promise<void> {
  if (commands === undefined || !ready) return;
  if (dirty) await resetState(commands, new AbortController().signal);
  await endState(commands);
}

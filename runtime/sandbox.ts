import { existsSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolkitError } from '../core/errors.ts';
import { hashText } from '../core/hash.ts';
import type { Catalogue, Tool } from '../core/tool.ts';
import { type CallOptions, connectServer, type ServerConnection } from './mcp/connection.ts';
import type { ServerConfig, ServersFile } from './mcp/servers-file.ts';
import { type Copy, planCopy } from './sandbox-copy.ts';
import { type PathPair, pathPairs, redirectArguments, redirectConfig, showOriginals } from './sandbox-paths.ts';
import { foldersOutside } from './sandbox-reach.ts';
import { fixVolatileTimes } from './sandbox-volatile.ts';

export interface SandboxOptions {
  workspace: string;
  servers: ServersFile;
  catalogue: Catalogue;
  settings: {
    sandbox: Readonly<Record<string, { copy: readonly string[]; restart: boolean }>>;
    safe: readonly string[];
  };
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

/** `executed: false` where the tool may change something and has neither a sandbox nor the user's word that it is safe. */
export type SandboxResult = { executed: true; content: string; isError: boolean } | { executed: false; why: string };

export interface Sandbox {
  mayExecute(tool: Tool): boolean;
  /**
   * A server that ends or falls silent on the call throws (`failed`) and is started anew for the next one; one that does not start throws
   * another error (`environment`).
   */
  call(toolId: string, args: Record<string, unknown>, options?: CallOptions): Promise<SandboxResult>;
  /** Puts back what the calls since the last reset may have changed. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

interface Box {
  config: ServerConfig;
  pairs: PathPair[];
  /** Made at the first use. */
  copies?: Copy[];
  restart: boolean;
  dirty: boolean;
  ready: boolean;
  connection?: ServerConnection;
}

const MAX_RESULT = 1_000_000;
let opened = 0;

/** Runs tools on copies of the user's data. Servers start at their first call and stay. Nothing runs that could do harm: see `SandboxResult`. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { servers, settings, catalogue, signal } = options;
  const since = Date.now() - 2000;
  const root = join(options.workspace, '.sandbox');
  await removeLeftovers(root);
  opened += 1;
  const place = join(root, `${process.pid}-${opened}`);
  const tools = new Map(catalogue.tools.map((tool) => [tool.id, tool]));
  const boxes = new Map(servers.servers.map((config) => [config.name, boxOf(config, options, place)]));
  const mayExecute = (tool: Tool) =>
    isIsolated(boxes.get(tool.server)) || tool.annotations.readOnlyHint === true || settings.safe.includes(tool.id);

  return {
    mayExecute,
    async call(toolId, args, callOptions) {
      const tool = tools.get(toolId);
      const box = tool && boxes.get(tool.server);
      if (tool === undefined || box === undefined)
        return { executed: true, content: `unknown tool ${toolId}`, isError: true };
      if (!mayExecute(tool))
        return { executed: false, why: `${toolId} may change something and its server has no sandbox` };
      const connection = await connect(box, options);
      box.dirty ||= tool.annotations.readOnlyHint !== true;
      const redirected = redirectArguments(args, box.pairs) as Record<string, unknown>;
      const used = { ...callOptions, signal: callOptions?.signal ?? signal };
      const result = await connection.call(tool.name, redirected, used).catch(async (error) => {
        if (!used.signal.aborted) await disconnect(box);
        throw error;
      });
      const content = fixVolatileTimes(showOriginals(result.content.slice(0, MAX_RESULT), box.pairs), since);
      return { executed: true, content, isError: result.isError };
    },
    async reset() {
      for (const box of boxes.values()) if (box.dirty && box.pairs.length > 0) await resetBox(box);
    },
    async close() {
      await Promise.all([...boxes.values()].map(({ connection }) => connection?.close().catch(() => {})));
      await rm(place, { recursive: true, force: true });
      // Other runs may be at work beside this one.
      await rmdir(root).catch(() => {});
    },
  };
}

function isIsolated(box: Box | undefined): boolean {
  return box !== undefined && box.pairs.length > 0;
}

function boxOf(config: ServerConfig, { settings, servers }: SandboxOptions, place: string): Box {
  const rule = settings.sandbox[config.name];
  if (rule === undefined) return { config, pairs: [], restart: false, dirty: false, ready: true };
  if (config.kind === 'http') {
    throw new ToolkitError({
      kind: 'input',
      what: 'a server that is reached over HTTP cannot be sandboxed',
      where: `sandbox.${config.name}`,
      todo: 'start it by a command, or list its harmless tools under `safe`',
    });
  }
  const folder = join(
    place,
    `${config.name.replaceAll(/\W+/g, '_').slice(0, 40)}-${hashText(config.name).slice(7, 13)}`,
  );
  const pairs = pathPairs(rule.copy, servers.folder, folder, config);
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
  if (outside !== undefined)
    throw new ToolkitError({
      kind: 'input',
      what: 'an argument of the server names a folder that is not copied, so that its tools could change it',
      where: `sandbox.${config.name}.copy`,
      expected: 'every folder in `args` that is not the program itself',
      found: outside,
      todo: `add ${outside} to \`sandbox.${config.name}.copy\`, or remove it from the server's \`args\``,
    });
  return { config: redirected, pairs, restart: rule.restart, dirty: false, ready: false };
}

async function connect(box: Box, { env, signal }: SandboxOptions): Promise<ServerConnection> {
  if (!box.ready) restore(box);
  box.connection ??= await connectServer(box.config, { env, signal }).catch(notStarted);
  return box.connection;
}

/** No call is to blame, and the next one would fare no better. */
function notStarted(error: unknown): never {
  if (!(error instanceof ToolkitError) || error.kind !== 'failed') throw error;
  throw new ToolkitError({ ...error.details, kind: 'environment' });
}

/** What the server was doing is not known: it is ended, and its files are put back at the next reset. */
async function disconnect(box: Box): Promise<void> {
  const { connection } = box;
  box.connection = undefined;
  box.dirty = true;
  await connection?.close().catch(() => {});
}

async function resetBox(box: Box): Promise<void> {
  if (box.restart) await disconnect(box);
  restore(box);
}

function restore(box: Box): void {
  box.copies ??= box.pairs.map(({ original, copy }) => planCopy(original, copy));
  for (const copy of box.copies) copy.restore();
  box.ready = true;
  box.dirty = false;
}

/** What a crashed run left: its process no longer lives. */
async function removeLeftovers(root: string): Promise<void> {
  if (!existsSync(root)) return;
  for (const name of await readdir(root)) {
    if (!isAlive(Number.parseInt(name, 10))) await rm(join(root, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

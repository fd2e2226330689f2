import { existsSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../core/process-alive.ts';
import type { Catalogue, Tool } from '../core/tool.ts';
import { emailPseudonyms } from './email-pseudonyms.ts';
import type { CallOptions } from './mcp/connection.ts';
import type { ServersFile } from './mcp/servers-file.ts';
import { boxOf, connect, disconnect, leaveBox, resetBox, watchCall } from './sandbox/box.ts';
import type { Changes } from './sandbox/changes.ts';
import { redirectArguments, showOriginals } from './sandbox/paths.ts';
import { mayExecute, type SandboxSettings } from './sandbox/rule.ts';
import { fixVolatileTimes } from './sandbox/volatile.ts';

export interface SandboxOptions {
  workspace: string;
  servers: ServersFile;
  catalogue: Catalogue;
  settings: SandboxSettings & {
    /** Seconds that a call may take. */
    callTimeout?: number;
    redact?: { emails: boolean };
  };
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** Results tell what the call did to the copies. */
  watch?: boolean;
}

/** `executed: false` where the tool may change something and has neither a sandbox nor the user's word that it is safe. */
export type SandboxResult =
  | {
      executed: true;
      content: string;
      isError: boolean;
      /** What the call did to its server's copies; absent where nobody watches, or it cannot be told. */
      changes?: Changes;
    }
  | { executed: false; why: string };

export interface Sandbox extends AsyncDisposable {
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

let opened = 0;

/**
 * Runs tools on copies of the user's data. Servers start at their first call and stay. Nothing runs that could do harm: see `SandboxResult`.
 * @throws ToolkitError (input) where a server's rule cannot be kept: it is reached over HTTP, or its arguments name what is not copied
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { servers, settings, catalogue, signal } = options;
  const since = Date.now() - 2000;
  const root = join(options.workspace, '.sandbox');
  await removeLeftovers(root);
  opened += 1;
  const place = join(root, `${process.pid}-${opened}`);
  const tools = new Map(catalogue.tools.map((tool) => [tool.id, tool]));
  const boxes = new Map(servers.servers.map((config) => [config.name, boxOf(config, options, place)]));
  const emails = settings.redact?.emails ? emailPseudonyms(join(options.workspace, '.pseudonyms.json')) : undefined;
  const timeoutMs = settings.callTimeout && settings.callTimeout * 1000;

  const close = async () => {
    const used = [...boxes.values()];
    await Promise.all(used.map(({ connection }) => connection?.close().catch(() => {})));
    await rm(place, { recursive: true, force: true });
    // Other runs may be at work beside this one.
    await rmdir(root).catch(() => {});
    for (const box of used) await leaveBox(box);
  };

  return {
    mayExecute: (tool) => mayExecute(tool, settings),
    async call(toolId, args, callOptions) {
      const tool = tools.get(toolId);
      const box = tool && boxes.get(tool.server);
      if (tool === undefined || box === undefined)
        return { executed: true, content: `unknown tool ${toolId}`, isError: true };
      if (!mayExecute(tool, settings))
        return { executed: false, why: `${toolId} may change something and its server has no sandbox` };
      const connection = await connect(box, options);
      const watched = options.watch ? watchCall(box, tool) : undefined;
      box.dirty ||= tool.annotations.readOnlyHint !== true;
      const meant = emails ? emails.show(args) : args;
      const redirected = redirectArguments(meant, box.pairs) as Record<string, unknown>;
      const used = { timeoutMs, ...callOptions, signal: callOptions?.signal ?? signal };
      const result = await connection.call(tool.name, redirected, used).catch(async (error) => {
        if (!used.signal.aborted) await disconnect(box);
        await watched?.();
        throw error;
      });
      const changes = await watched?.();
      const content = fixVolatileTimes(showOriginals(result.content, box.pairs), since);
      const shown = emails ? emails.hide(content) : content;
      return { executed: true, content: shown, isError: result.isError, ...(changes && { changes }) };
    },
    async reset() {
      for (const box of boxes.values()) if (box.dirty && box.isolated) await resetBox(box, signal);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What a crashed run left: its process no longer lives. */
async function removeLeftovers(root: string): Promise<void> {
  if (!existsSync(root)) return;
  for (const name of await readdir(root)) {
    if (!isAlive(Number.parseInt(name, 10))) await rm(join(root, name), { recursive: true, force: true });
  }
}

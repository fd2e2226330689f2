import type { Tool } from '../../core/tool.ts';

/** How one server may be run without lasting changes. */
export interface SandboxRule {
  /** Files and folders that are copied; the server is started on the copies. */
  copy?: readonly string[];
  /** A command that keeps what the server holds, run once before its first call. */
  snapshot?: readonly string[];
  /** A command that puts it back. */
  reset?: readonly string[];
  /** Whether the server is started again to be reset; absent: it is, but where it is reached over HTTP. */
  restart?: boolean;
  /** Seconds that a command may take; absent: as long as it takes. */
  timeout?: number;
}

/** What may run where. */
export interface SandboxSettings {
  sandbox: Readonly<Record<string, SandboxRule>>;
  /** Ids, or `server.*`, of tools that run without a sandbox. */
  safe: readonly string[];
}

/** Whether a tool may run: where it can be undone, where it says that it is read-only, or where the user says that it is safe. */
export function mayExecute({ id, server, annotations }: Tool, { sandbox, safe }: SandboxSettings): boolean {
  return Object.hasOwn(sandbox, server) || annotations.readOnlyHint === true || isCalledSafe({ id, server }, safe);
}

/** Whether the user says that the tool is safe: by its id, or by `server.*`. */
export function isCalledSafe({ id, server }: Pick<Tool, 'id' | 'server'>, safe: readonly string[]): boolean {
  return safe.includes(id) || safe.includes(`${server}.*`);
}

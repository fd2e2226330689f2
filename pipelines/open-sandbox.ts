import { resolve } from 'node:path';
import type { Context } from '../core/context.ts';
import type { Catalogue } from '../core/tool.ts';
import { readCassette, recordCassette } from '../runtime/cassette.ts';
import { recordingSandbox, replayedSandbox } from '../runtime/cassette-sandbox.ts';
import { readServersFile } from '../runtime/mcp/servers-file.ts';
import { variablesOutside } from '../runtime/sandbox/reach.ts';
import { openSandbox, type Sandbox } from '../runtime/sandbox.ts';
import type { Settings } from './settings.ts';

/** What a sandbox may not put back. Nothing is said of servers whose state commands of the user's put back. */
export async function sandboxWarnings(context: Context, settings: Settings): Promise<string[]> {
  if (context.cassette?.mode === 'replay') return [];
  const { servers, folder } = await readServersFile(resolve(context.workspace, settings.servers), context);
  return servers.flatMap((server) => {
    const rule = Object.hasOwn(settings.sandbox, server.name) ? settings.sandbox[server.name] : undefined;
    if (server.kind !== 'stdio' || rule === undefined || rule.reset !== undefined) return [];
    const copied = rule.copy.map((path) => resolve(folder, path));
    return variablesOutside(server, copied).map(
      (name) =>
        `${server.name}: ${name} in its env names a path that \`sandbox.${server.name}.copy\` does not hold. What its tools write there is not put back: add it, if they write there`,
    );
  });
}

/**
 * Opens the sandbox of the workspace's servers: live, live while a cassette records it, or a cassette alone, which needs neither servers file nor servers.
 * @param watch whether results tell what calls did to the copies of data
 * @throws ToolkitError (input) where the servers file, the data to copy or the cassette is missing
 */
export async function openToolSandbox(
  context: Context,
  settings: Settings,
  catalogue: Catalogue,
  { watch = false }: { watch?: boolean } = {},
): Promise<Sandbox> {
  const { workspace, serverEnv: env, signal, cassette } = context;
  if (cassette?.mode === 'replay') return replayedSandbox(await readCassette(cassette.path), catalogue, settings);
  const servers = await readServersFile(resolve(workspace, settings.servers), context);
  const sandbox = await openSandbox({ workspace, servers, catalogue, settings, env, signal, watch });
  return cassette ? recordingSandbox(sandbox, catalogue, await recordCassette(cassette.path)) : sandbox;
}

import { resolve } from 'node:path';
import type { Context } from '../core/context.ts';
import type { Catalogue } from '../core/tool.ts';
import { readCassette, recordCassette } from '../runtime/cassette.ts';
import { recordingSandbox, replayedSandbox } from '../runtime/cassette-sandbox.ts';
import { readServersFile } from '../runtime/mcp/servers-file.ts';
import { openSandbox, type Sandbox } from '../runtime/sandbox.ts';
import type { Settings } from './settings.ts';

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

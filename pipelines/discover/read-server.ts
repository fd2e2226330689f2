import type { Context } from '../../core/context.ts';
import { joinErrors, ToolkitError } from '../../core/errors.ts';
import type { Listing, RecordingCassette } from '../../runtime/cassette.ts';
import { checkListedTool, type ListedTool } from '../../runtime/mcp/check-tool.ts';
import { connectServer, type ServerConnection } from '../../runtime/mcp/connection.ts';
import type { ServerConfig } from '../../runtime/mcp/servers-file.ts';

export interface ReadServer {
  about: { name: string; title?: string; version?: string };
  tools: ListedTool[];
  /** How many broken tools were passed over (`keepGoing`). */
  leftOut: number;
  /** What was passed over (`keepGoing`) or looks wrong. */
  warnings: string[];
}

export interface ReadOptions {
  keepGoing: boolean;
  timeoutMs?: number;
  /** Gets what the server lists. */
  cassette?: RecordingCassette;
  isExcluded(name: string): boolean;
}

/** Starts a server, reads its tools and ends it. @throws ToolkitError naming the server, and each tool that is broken */
export async function readServer(context: Context, config: ServerConfig, options: ReadOptions): Promise<ReadServer> {
  const connection = await connectServer(config, {
    env: context.serverEnv,
    signal: context.signal,
    timeoutMs: options.timeoutMs,
  });
  try {
    return await readTools(connection, options);
  } finally {
    await connection.close().catch(() => {});
  }
}

/** Reads what a server listed when its cassette was recorded. @throws as `readServer` does */
export function readListing({ server, tools, ...about }: Listing, options: ReadOptions): Promise<ReadServer> {
  return readTools({ name: server, ...about, listTools: async () => tools, strayOutput: () => [] }, options);
}

/** What is asked of a server. */
type Asked = Pick<ServerConnection, 'name' | 'listTools' | 'strayOutput'> & { title?: string; version?: string };

async function readTools(connection: Asked, { keepGoing, isExcluded, cassette }: ReadOptions): Promise<ReadServer> {
  const tools: ListedTool[] = [];
  const errors: ToolkitError[] = [];
  const { name, title, version } = connection;
  const listed = await connection.listTools();
  await cassette?.addListing({ server: name, title, version, tools: listed });
  for (const [position, value] of listed.entries()) {
    if (isExcluded(nameOf(value))) continue;
    try {
      const tool = checkListedTool(connection.name, value, position);
      if (tools.some(({ name }) => name === tool.name)) throw listedTwice(connection.name, tool.name);
      tools.push(tool);
    } catch (error) {
      errors.push(error as ToolkitError);
    }
  }
  if (errors.length > 0 && !keepGoing) throw joinErrors(`server ${connection.name} lists broken tools`, errors);
  const stray = connection.strayOutput().map((line) => `server ${name} prints to stdout what is no message: ${line}`);
  return {
    about: { name, title, version },
    tools,
    leftOut: errors.length,
    warnings: [...errors.map(({ message }) => message), ...stray],
  };
}

function nameOf(value: unknown): string {
  return value !== null && typeof value === 'object' && 'name' in value ? String(value.name) : '';
}

function listedTwice(server: string, name: string): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: 'the server lists the tool twice',
    where: `server ${server}, tool \`${name}\``,
  });
}

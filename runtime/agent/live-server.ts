import { ToolkitError } from '../../core/errors.ts';
import type { Tool } from '../../core/tool.ts';
import { connectServer, type ServerConnection } from '../mcp/connection.ts';
import type { ServerConfig } from '../mcp/servers-file.ts';
import { type ComparedTools, compareTools } from './changed-tools.ts';

export interface LiveServerOptions {
  config: ServerConfig;
  /** The catalogue's tools of this server. */
  known: readonly Tool[];
  /** The allow-listed environment. */
  env: Readonly<Record<string, string>>;
  /** Ends what the server is doing whenever it does it. */
  signal: AbortSignal;
  /** How long a call may take. */
  timeoutMs: number;
}

/** What a call brought. */
export interface CallOutcome {
  content: string;
  isError: boolean;
  /** Why there is no answer of the server's, for the user: the call broke it, or it cannot be reached. */
  failure?: string;
}

/** One of the user's own servers, as it is: no copy. One that died is started anew for the next call, and its tools are compared again. */
export class LiveServer {
  readonly #options: LiveServerOptions;
  #connection?: ServerConnection;
  #usable: ReadonlySet<string> = new Set();

  constructor(options: LiveServerOptions) {
    this.#options = options;
  }

  /** Starts or reaches it. @throws ToolkitError where it does not answer */
  async start(): Promise<ComparedTools> {
    const { config, env, signal, known } = this.#options;
    const connection = await connectServer(config, { env, signal });
    this.#connection = connection;
    try {
      const compared = compareTools(config.name, await connection.listTools(), known);
      this.#usable = new Set(compared.same.map(({ id }) => id));
      return compared;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Makes a call. A server that dies on it, falls silent or cannot be started is an outcome; only the signal makes it throw. */
  async call(tool: Tool, args: Record<string, unknown>): Promise<CallOutcome> {
    const { signal, timeoutMs } = this.#options;
    try {
      if (this.#connection === undefined) await this.start();
      if (!this.#usable.has(tool.id)) return failed(`${tool.name} is no longer as it was`, 'the tool has changed');
      return await this.#connection!.call(tool.name, args, { signal, timeoutMs });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ToolkitError)) throw error;
      await this.close();
      return failed(error.details.what, error.message);
    }
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close().catch(() => {});
  }
}

function failed(what: string, failure: string): CallOutcome {
  return { content: `Error: the call failed: ${what}.`, isError: true, failure };
}

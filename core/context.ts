/** What an entry point hands to the stages. Nothing below `scripts` reads the process's own environment. */
export interface Context {
  /** Absolute path of the workspace folder. */
  workspace: string;
  /** Environment of the toolkit's own child processes (Python, pip, git), cut down to what is allowed. */
  env: Readonly<Record<string, string>>;
  /** Environment of MCP servers: without package indexes, proxies' passwords and tokens. */
  serverEnv: Readonly<Record<string, string>>;
  /**
   * The user's whole environment: for what the servers file asks for by `${env:NAME}`, for `HF_TOKEN` and `HF_ENDPOINT`, for where
   * caches lie, and nothing else.
   */
  variables?: Readonly<Record<string, string | undefined>>;
  /** What servers answer is recorded into this file, or comes out of it instead of from servers. */
  cassette?: { path: string; mode: 'record' | 'replay' };
  signal: AbortSignal;
}

/** What an entry point hands to the stages. Nothing below `scripts` reads the process's own environment. */
export interface Context {
  /** Absolute path of the workspace folder. */
  workspace: string;
  /** Environment for child processes, already cut down to what is allowed. */
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

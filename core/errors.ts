/**
 * What kind of trouble an error is; decides the exit code of a command.
 * - `input`: the user's file, flag or server is wrong (exit 2)
 * - `environment`: something must be installed or freed first (exit 1)
 * - `failed`: the work itself failed (exit 1)
 * - `interrupted`: the user stopped it (exit 130)
 */
export type ErrorKind = 'input' | 'environment' | 'failed' | 'interrupted';

export interface ErrorDetails {
  kind: ErrorKind;
  /** What happened, one sentence. */
  what: string;
  /** File with line and column, server, tool or job. */
  where?: string;
  expected?: string;
  found?: string;
  /** What the user can do about it. */
  todo?: string;
  cause?: unknown;
}

/** The only error that the toolkit throws on purpose: it says what, where, expected, found, and what to do. */
export class ToolkitError extends Error {
  override readonly name = 'ToolkitError';
  readonly details: ErrorDetails;

  constructor(details: ErrorDetails) {
    super(formatDetails(details), { cause: details.cause });
    this.details = details;
  }

  get kind(): ErrorKind {
    return this.details.kind;
  }
}

/** Several errors of one file or configuration, reported at once. */
export function joinErrors(what: string, errors: readonly ToolkitError[]): ToolkitError {
  if (errors.length === 1) return errors[0]!;
  const list = errors.map((error) => `- ${error.message.replaceAll('\n', '\n  ')}`).join('\n');
  return new ToolkitError({ kind: errors[0]?.kind ?? 'input', what: `${what}: ${errors.length} errors\n${list}` });
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function formatDetails({ what, where, expected, found, todo }: ErrorDetails): string {
  const lines = [where === undefined ? what : `${where}: ${what}`];
  if (expected !== undefined) lines.push(`  expected: ${expected}`);
  if (found !== undefined) lines.push(`  found:    ${found}`);
  if (todo !== undefined) lines.push(`  to do:    ${todo}`);
  return lines.join('\n');
}

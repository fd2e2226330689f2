import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { joinErrors, messageOf, ToolkitError } from '../../core/errors.ts';
import { valueAt } from '../../core/issues.ts';

const StdioSchema = z.object({
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.coerce.string()).default({}),
  cwd: z.string().optional(),
});
const HttpSchema = z.object({ url: z.url(), headers: z.record(z.string(), z.string()).default({}) });

/** Desktop clients add members of their own (`type`, `disabled`, `autoApprove`…): those are passed over. */
const EntrySchema = z.unknown().transform((entry, context) => {
  const isHttp = entry !== null && typeof entry === 'object' && 'url' in entry && !('command' in entry);
  const result = (isHttp ? HttpSchema : StdioSchema).safeParse(entry);
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues) context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});
const EntriesSchema = z.record(z.string().min(1), EntrySchema);

/** The form of Claude Desktop and Cursor (`mcpServers`) and of VS Code (`servers`). */
const FileSchema = z
  .object({ mcpServers: EntriesSchema.optional(), servers: EntriesSchema.optional() })
  .refine((file) => file.mcpServers !== undefined || file.servers !== undefined, {
    message: 'an object with `mcpServers` (or `servers`, as VS Code writes it)',
  });

/** How to reach one server. */
export type ServerConfig =
  | { kind: 'stdio'; name: string; command: string; args: string[]; env: Record<string, string>; cwd: string }
  | { kind: 'http'; name: string; url: string; headers: Record<string, string> };

export interface ServersFile {
  path: string;
  /** Its folder: relative paths in it start here. */
  folder: string;
  /** In the file's own order. */
  servers: ServerConfig[];
}

/**
 * Reads the `mcpServers` file of a desktop client as it is. Comments are allowed (VS Code), `${workspaceFolder}` is the file's folder.
 * @throws ToolkitError (input) with every mistake: file:line:column, JSON path, expected and found
 */
export async function readServersFile(path: string): Promise<ServersFile> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ToolkitError({
      kind: 'input',
      what: `cannot read the servers file: ${messageOf(error)}`,
      where: path,
      todo: 'write one in the mcpServers form, or set `servers:` in workspace.yaml',
      cause: error,
    });
  });
  const folder = dirname(resolve(path));
  const { value, at } = locatedJson(path, text);
  const result = FileSchema.safeParse(value);
  if (!result.success) {
    throw joinErrors(
      `${path} is not right`,
      result.error.issues.map(
        (issue) =>
          new ToolkitError({
            kind: 'input',
            what: `wrong value of \`${issue.path.join('.') || '(the whole file)'}\``,
            where: at(issue.path),
            expected: issue.message,
            found: kindOf(valueAt(value, issue.path)),
          }),
      ),
    );
  }
  const entries = Object.entries({ ...result.data.servers, ...result.data.mcpServers });
  if (entries.length === 0) {
    throw new ToolkitError({
      kind: 'input',
      what: 'no server in the servers file',
      where: path,
      expected: 'at least one',
      found: 'none',
    });
  }
  return { path, folder, servers: entries.map(([name, entry]) => serverConfig(name, entry, folder)) };
}

function serverConfig(name: string, entry: z.infer<typeof EntrySchema>, folder: string): ServerConfig {
  const fill = (text: string) => text.replaceAll(/\$\{(workspaceFolder|workspaceRoot)\}/g, () => folder);
  const fillAll = (map: Record<string, string>) =>
    Object.fromEntries(Object.entries(map).map(([key, text]) => [key, fill(text)]));
  if ('url' in entry) return { kind: 'http', name, url: entry.url, headers: fillAll(entry.headers) };
  return {
    kind: 'stdio',
    name,
    command: fill(entry.command),
    args: entry.args.map(fill),
    env: fillAll(entry.env),
    cwd: resolve(folder, fill(entry.cwd ?? '.')),
  };
}

/** JSON is read by the YAML parser, which knows where every value stands; real JSON errors are told first. */
function locatedJson(path: string, text: string): { value: unknown; at: (keys: readonly PropertyKey[]) => string } {
  const counter = new LineCounter();
  const withoutComments = text.replaceAll(/^\s*\/\/.*$/gm, '');
  const document = parseDocument(withoutComments, { lineCounter: counter, prettyErrors: false });
  const where = (offset: number) => `${path}:${counter.linePos(offset).line}:${counter.linePos(offset).col}`;
  try {
    JSON.parse(withoutComments);
  } catch (error) {
    const place = document.errors[0] === undefined ? path : where(document.errors[0].pos[0]);
    throw new ToolkitError({ kind: 'input', what: `not valid JSON: ${messageOf(error)}`, where: place, cause: error });
  }
  const at = (keys: readonly PropertyKey[]) => {
    for (let depth = keys.length; depth >= 0; depth--) {
      const node = document.getIn(keys.slice(0, depth), true) as Node | undefined;
      if (node?.range) return where(node.range[0]);
    }
    return path;
  };
  return { value: JSON.parse(withoutComments), at };
}

/** Values may be secrets (env, headers), so only their kind is told. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}

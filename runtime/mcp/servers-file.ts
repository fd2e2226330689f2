import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { joinErrors, messageOf, ToolkitError } from '../../core/errors.ts';
import { valueAt } from '../../core/issues.ts';
import { fillPlaceholders, KNOWN_PLACEHOLDERS, type Surroundings, unknownPlaceholders } from './placeholders.ts';

const StdioSchema = z.object({
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.coerce.string()).default({}),
  cwd: z.string().optional(),
});
const UrlSchema = z.url({ protocol: /^https?$/, error: 'an http:// or https:// URL' });
const HttpSchema = z.object({ url: UrlSchema, headers: z.record(z.string(), z.string()).default({}) });

/** Desktop clients add members of their own (`type`, `disabled`, `autoApprove`…): those are passed over. */
const entrySchema = (surroundings: Surroundings) =>
  z.unknown().transform((entry, context) => {
    const isHttp = entry !== null && typeof entry === 'object' && 'url' in entry && !('command' in entry);
    const result = (isHttp ? HttpSchema : StdioSchema).safeParse(entry);
    const issues = result.success ? placeholderIssues(result.data, surroundings) : result.error.issues;
    for (const { path, message } of issues) context.addIssue({ code: 'custom', path: [...path], message });
    return result.success && issues.length === 0 ? result.data : z.NEVER;
  });

/** The form of Claude Desktop and Cursor (`mcpServers`) and of VS Code (`servers`). */
function fileSchema(surroundings: Surroundings) {
  // A client does not start a server that is switched off, so that nothing in it has to be right.
  const entries = z.preprocess(withoutDisabled, z.record(z.string().min(1), entrySchema(surroundings)));
  return z
    .object({ mcpServers: entries.optional(), servers: entries.optional() })
    .refine((file) => file.mcpServers !== undefined || file.servers !== undefined, {
      message: 'an object with `mcpServers` (or `servers`, as VS Code writes it)',
    });
}

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
 * Reads the `mcpServers` file of a desktop client as it is. Comments and trailing commas are allowed (VS Code, Cursor), servers that are
 * switched off are passed over, `${workspaceFolder}` is the file's folder, `${env:NAME}` a variable of the user's.
 * @throws ToolkitError (input) with every mistake: file:line:column, JSON path, expected and found
 */
export async function readServersFile(
  path: string,
  { variables = {} }: Pick<Context, 'variables'>,
): Promise<ServersFile> {
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
  const result = fileSchema({ folder, variables }).safeParse(value);
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
      expected: 'at least one that is not `disabled`',
      found: 'none',
    });
  }
  return { path, folder, servers: entries.map(([name, entry]) => serverConfig(name, entry, { folder, variables })) };
}

function serverConfig(
  name: string,
  entry: z.infer<ReturnType<typeof entrySchema>>,
  surroundings: Surroundings,
): ServerConfig {
  const fill = (text: string) => fillPlaceholders(text, surroundings);
  const fillAll = (map: Record<string, string>) =>
    Object.fromEntries(Object.entries(map).map(([key, text]) => [key, fill(text)]));
  if ('url' in entry) return { kind: 'http', name, url: fill(entry.url), headers: fillAll(entry.headers) };
  return {
    kind: 'stdio',
    name,
    command: fill(entry.command),
    args: entry.args.map(fill),
    env: fillAll(entry.env),
    cwd: resolve(surroundings.folder, fill(entry.cwd ?? '.')),
  };
}

/** A JSON file of an editor, which knows where each of its values stands. @throws ToolkitError (input) at the first place that is no JSON */
function locatedJson(path: string, text: string): { value: unknown; at: (keys: readonly PropertyKey[]) => string } {
  const errors: ParseError[] = [];
  const tree = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
  const where = (offset: number) => {
    const lines = text.slice(0, offset).split('\n');
    return `${path}:${lines.length}:${lines.at(-1)!.length + 1}`;
  };
  const [first] = errors;
  if (first !== undefined || tree === undefined) {
    const what = first === undefined ? 'ValueExpected' : printParseErrorCode(first.error);
    throw new ToolkitError({ kind: 'input', what: `not valid JSON: ${what}`, where: where(first?.offset ?? 0) });
  }
  const lost = propertiesOf(tree).find((property) => property.children?.[0]?.value === '__proto__');
  if (lost !== undefined)
    throw new ToolkitError({
      kind: 'input',
      what: 'a member called `__proto__`',
      where: where(lost.offset),
      expected: 'another name',
    });
  const at = (keys: readonly PropertyKey[]) => {
    for (let depth = keys.length; depth >= 0; depth--) {
      const node = findNodeAtLocation(tree, keys.slice(0, depth) as (string | number)[]);
      if (node !== undefined) return where(node.offset);
    }
    return path;
  };
  return { value: getNodeValue(tree), at };
}

/** Every `"name": value` of a JSON tree. */
function propertiesOf(node: Node): Node[] {
  const inner = (node.children ?? []).flatMap(propertiesOf);
  return node.type === 'property' ? [node, ...inner] : inner;
}

function withoutDisabled(entries: unknown): unknown {
  if (entries === null || typeof entries !== 'object' || Array.isArray(entries)) return entries;
  const isOn = (entry: unknown) =>
    entry === null || typeof entry !== 'object' || !('disabled' in entry) || entry.disabled !== true;
  return Object.fromEntries(Object.entries(entries).filter(([, entry]) => isOn(entry)));
}

/** A placeholder that nothing stands for would reach the server as it is written. */
function placeholderIssues(
  value: unknown,
  surroundings: Surroundings,
  path: PropertyKey[] = [],
): { path: PropertyKey[]; message: string }[] {
  if (typeof value === 'string')
    return unknownPlaceholders(value, surroundings).map((found) => ({
      path,
      message: `${KNOWN_PLACEHOLDERS}, and a variable that is set; not ${found}`,
    }));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) =>
    placeholderIssues(member, surroundings, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** Values may be secrets (env, headers), so only their kind is told. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}

import { readFile } from 'node:fs/promises';
import { type Alias, type Document, isAlias, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { joinErrors, messageOf, ToolkitError } from './errors.ts';
import { valueAt } from './issues.ts';
import { nearest } from './nearest.ts';
import { deeperPaths, schemaKeys } from './schema-keys.ts';

/** Longest value shown in an error. */
const SHOWN = 100;

/** A YAML document that knows where each of its values stands. */
export interface LocatedYaml {
  value: unknown;
  /** `file:line:column` of the value at a path, or of its nearest parent. */
  locate(path: readonly PropertyKey[]): string;
}

/** @throws ToolkitError (input) with all syntax errors at once, each with line and column. */
export async function parseYamlFile(path: string): Promise<LocatedYaml> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ToolkitError({ kind: 'input', what: `cannot read: ${messageOf(error)}`, where: path, cause: error });
  });
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    const errors = document.errors.map(
      ({ message, pos }) => new ToolkitError({ kind: 'input', what: `not valid YAML: ${message}`, where: at(pos[0]) }),
    );
    throw joinErrors(`cannot read ${path}`, errors);
  }
  return {
    value: plainValue(document, at) ?? {},
    locate(keys) {
      for (let depth = keys.length; depth >= 0; depth--) {
        const node = document.getIn(keys.slice(0, depth), true) as Node | undefined;
        if (node?.range) return at(node.range[0]);
      }
      return path;
    },
  };
}

/**
 * The value of a document without syntax errors, safe to walk through and to print.
 * @throws ToolkitError (input) where an alias names nothing or what it stands in, or where aliases blow the value up
 */
export function plainValue(document: Document, at: (offset: number) => string): unknown {
  const { first, wrong } = lookAtAliases(document);
  const refuse = (what: string, alias: Alias | undefined, cause?: unknown) =>
    new ToolkitError({
      kind: 'input',
      what: `not valid YAML: ${what}`,
      where: at(alias?.range?.[0] ?? 0),
      todo: alias && 'quote the value if `*` is part of it',
      cause,
    });
  if (wrong) throw refuse(wrong.what, wrong.alias);
  try {
    return document.toJS();
  } catch (error) {
    throw refuse(messageOf(error), first, error);
  }
}

interface Aliases {
  first?: Alias;
  wrong?: { alias: Alias; what: string };
}

function lookAtAliases(document: Document): Aliases {
  const anchors = new Map<string, Node>();
  const found: Aliases = {};
  visit(document, {
    Node(_key, node, path) {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        return undefined;
      }
      found.first ??= node;
      const target = anchors.get(node.source);
      if (target !== undefined && !path.includes(target)) return undefined;
      const what = target === undefined ? `there is no \`&${node.source}\` before it` : 'it stands in what it names';
      found.wrong = { alias: node, what: `the alias \`*${node.source}\`: ${what}` };
      return visit.BREAK;
    },
  });
  return found;
}

/** The errors of a value against a schema, each with line and column, what was found and what was expected. */
export function yamlErrors(yaml: LocatedYaml, schema: z.ZodType, error: z.ZodError): ToolkitError[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(yaml, schema, issue.path, key));
    const name = issue.path.join('.') || '(the whole file)';
    return new ToolkitError({
      kind: 'input',
      what: `wrong value of \`${name}\``,
      where: yaml.locate(issue.path),
      expected: issue.path.length === 0 ? `keys and values (${issue.message})` : expectation(issue),
      found: showValue(valueAt(yaml.value, issue.path)),
    });
  });
}

/** What zod says, without what an error says in other places; of a choice between forms, each of them. */
function expectation(issue: z.core.$ZodIssue): string {
  const forms = issue.code === 'invalid_union' && issue.message === 'Invalid input' ? issue.errors.flat() : [];
  if (forms.length > 0) return [...new Set(forms.map(expectationBelow))].join(', or ');
  return issue.message
    .replace(/^(?:Invalid (?:input|option)|Too (?:small|big)): expected /, '')
    .replace(/, received \w+$/, '')
    .replaceAll('"|"', '", "');
}

function expectationBelow(issue: z.core.$ZodIssue): string {
  const below = issue.path.length === 0 ? '' : ` as \`${issue.path.join('.')}\``;
  return `${expectation(issue)}${below}`;
}

function unknownKey(yaml: LocatedYaml, schema: z.ZodType, parent: PropertyKey[], key: string): ToolkitError {
  const path = [...parent, key];
  const keys = schemaKeys(schema, parent);
  const near = nearest(key, keys);
  const meant = near === undefined ? deeperPaths(schema, parent, key) : [near];
  return new ToolkitError({
    kind: 'input',
    what: `unknown key \`${path.join('.')}\``,
    where: yaml.locate(path),
    expected: `one of ${keys.join(', ')}`,
    found: showValue(valueAt(yaml.value, path)),
    todo:
      meant.length === 0
        ? undefined
        : `did you mean ${meant.map((name) => `\`${[...parent, name].join('.')}\``).join(' or ')}?`,
  });
}

/** A value as an error shows it. */
export function showValue(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** Reads a YAML file through a schema, all errors at once. */
export async function readYamlFile<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const yaml = await parseYamlFile(path);
  const result = schema.safeParse(yaml.value);
  if (result.success) return result.data;
  throw joinErrors(`${path} is not right`, yamlErrors(yaml, schema, result.error));
}

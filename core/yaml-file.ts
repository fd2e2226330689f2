import { readFile } from 'node:fs/promises';
import { LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { joinErrors, messageOf, ToolkitError } from './errors.ts';
import { valueAt } from './issues.ts';

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
    value: document.toJS() ?? {},
    locate(keys) {
      for (let depth = keys.length; depth >= 0; depth--) {
        const node = document.getIn(keys.slice(0, depth), true) as Node | undefined;
        if (node?.range) return at(node.range[0]);
      }
      return path;
    },
  };
}

/** The errors of a value against a schema, each with line and column, what was found and what was expected. */
export function yamlErrors(yaml: LocatedYaml, error: z.ZodError): ToolkitError[] {
  return error.issues.flatMap((issue) => {
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((keys) => {
      const found = JSON.stringify(valueAt(yaml.value, keys)) ?? 'nothing';
      const what =
        issue.code === 'unrecognized_keys'
          ? `unknown key \`${keys.join('.')}\``
          : `wrong value of \`${keys.join('.')}\``;
      return new ToolkitError({ kind: 'input', what, where: yaml.locate(keys), expected: issue.message, found });
    });
  });
}

/** Reads a YAML file through a schema, all errors at once. */
export async function readYamlFile<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const yaml = await parseYamlFile(path);
  const result = schema.safeParse(yaml.value);
  if (result.success) return result.data;
  throw joinErrors(`${path} is not right`, yamlErrors(yaml, result.error));
}

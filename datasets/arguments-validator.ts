import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonSchema, Tool } from '../core/tool.ts';

/** Says why arguments do not fit a tool's input schema; `undefined` where they fit. */
export type ArgumentsValidator = (tool: Tool, args: unknown) => string | undefined;

const OPTIONS = { strict: false, validateFormats: false, allErrors: false, logger: false } as const;

/**
 * Validates by JSON Schema draft-07 or 2020-12, as the schema says; one that does not say is read as 2020-12 (MCP's default), and as
 * draft-07 where it makes no sense as that. Each schema is compiled once.
 */
export function argumentsValidator(): ArgumentsValidator {
  const compiled = new Map<string, ValidateFunction | string>();
  return (tool, args) => {
    const known = compiled.get(tool.hash) ?? compile(tool.inputSchema);
    compiled.set(tool.hash, known);
    if (typeof known === 'string') return `its input schema is not valid: ${known}`;
    if (known(args)) return undefined;
    const error = known.errors?.[0];
    return `${error?.instancePath || 'the arguments'} ${error?.message ?? 'do not fit'}`;
  };
}

function compile(schema: JsonSchema): ValidateFunction | string {
  const declared = typeof schema.$schema === 'string' ? schema.$schema : undefined;
  // An own `$id` would be registered, and two servers may use the same; the drafts' own addresses are not fetched.
  const { $schema: _, $id: __, ...rest } = schema;
  // An asynchronous validator would answer with a promise, which is always truthy.
  const own = { ...rest, $async: false };
  const attempts = [() => new Ajv2020(OPTIONS).compile(own), () => new Ajv(OPTIONS).compile(own)];
  if (declared?.includes('draft-0')) attempts.reverse();
  let trouble = '';
  for (const attempt of attempts) {
    try {
      return attempt();
    } catch (error) {
      trouble ||= error instanceof Error ? error.message : String(error);
    }
  }
  return trouble;
}

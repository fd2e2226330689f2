import { ArgumentsSchema, type Call } from '../../core/trace.ts';
import { isEmpty, isObject, numberTrouble } from './cell.ts';
import { holdsRawNumber, parseJson } from './parse-json.ts';
import { printedDict } from './printed-dict.ts';
import { rowTrouble } from './row-trouble.ts';
import type { ToolNames } from './tool-names.ts';

/**
 * A call as data sets write it: `{name, arguments}`, alone or under `function`, the arguments an object or its JSON text.
 * @throws ToolkitError where it is none, or of a tool that the catalogue does not have
 */
export function rowCall(written: unknown, names: ToolNames): Call {
  const outer = typeof written === 'string' ? (parsed(written) ?? printedDict(written)) : written;
  const inner = isObject(outer) && isObject(outer.function) ? outer.function : outer;
  if (!isObject(inner) || typeof inner.name !== 'string')
    throw rowTrouble({ what: 'not a call', expected: '`name` and `arguments`', found: written });
  return { tool: knownTool(inner.name, names), arguments: callArguments(inner.arguments) };
}

/** @throws ToolkitError where the catalogue does not have it */
export function knownTool(name: string, names: ToolNames): string {
  const id = names(name);
  if (id !== undefined) return id;
  throw rowTrouble({
    what: 'calls a tool that the catalogue does not have',
    expected: 'a tool of the catalogue, or one that `rename` makes one',
    found: name,
  });
}

/** Nothing stands for no arguments. @throws ToolkitError where they are no object, nor the JSON text of one */
export function callArguments(written: unknown, column?: string): Call['arguments'] {
  if (isEmpty(written)) return {};
  const value = typeof written === 'string' ? parsed(written) : written;
  if (holdsRawNumber(value)) throw numberTrouble(written, column);
  const result = ArgumentsSchema.safeParse(value);
  if (result.success) return result.data;
  throw rowTrouble({
    what: 'arguments are no object',
    column,
    expected: 'an object, or the JSON text of one',
    found: written,
  });
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

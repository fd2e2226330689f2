import type { Call, Message, Trace } from '../../core/trace.ts';
import { cellOf, isEmpty, isObject, listCell, textCell } from './cell.ts';
import { conversation } from './conversation.ts';
import type { Columns } from './mapping.ts';
import { callArguments, knownTool, rowCall } from './row-call.ts';
import { rowTrouble } from './row-trouble.ts';
import type { ToolNames } from './tool-names.ts';

/** What turns the rows of one source into traces. */
export interface RowMapper {
  columns: Columns;
  names: ToolNames;
  /** Ids of the tools on offer where the mapping names no column for them. */
  allTools: readonly string[];
  /** Begins the ids of the traces. */
  prefix: string;
  /** For provenance: the file. */
  source: string;
  /** The catalogue's hash. */
  catalogue: string;
}

type Row = Record<string, unknown>;

/** The trace that a row tells. @throws ToolkitError (input) where it tells none, naming the column */
export function rowTrace(row: Row, number: number, mapper: RowMapper): Trace {
  const { columns, prefix, source, catalogue } = mapper;
  const tools = offeredTools(row, mapper);
  const messages = rowMessages(row, mapper);
  const calls = messages.filter((message) => message.role === 'assistant' && message.call !== undefined).length;
  return {
    id: `${prefix}-${columns.id === undefined ? number : textCell(row, columns.id)}`,
    messages,
    tools,
    provenance: {
      writer: 'import',
      kind: calls === 0 ? 'respond' : calls === 1 ? 'single' : 'chain',
      // Nobody knows how hard a row is, nor what phrasings it shares with others: the split ties those that are alike.
      difficulty: 'medium',
      family: `${prefix}/${number}`,
      executed: false,
      seed: 0,
      catalogue,
      source,
      row: number,
    },
  };
}

/** Those that the catalogue has: of others nothing is known but what the data set says, and no call of them is kept. */
function offeredTools(row: Row, { columns, names, allTools }: RowMapper): string[] {
  if (columns.tools === undefined) return [...allTools];
  const offered = listCell(row, columns.tools).map(nameOf);
  const known = new Set(offered.flatMap((name) => (name === undefined ? [] : (names(name) ?? []))));
  if (known.size > 0) return [...known];
  throw rowTrouble({
    what: 'offers no tool of the catalogue',
    column: columns.tools,
    expected: 'at least one tool of the catalogue, or one that `rename` makes one',
    found: offered,
  });
}

function nameOf(tool: unknown): string | undefined {
  const inner = isObject(tool) && isObject(tool.function) ? tool.function : tool;
  const name = isObject(inner) ? inner.name : inner;
  return typeof name === 'string' ? name : undefined;
}

function rowMessages(row: Row, mapper: RowMapper): Message[] {
  const { columns, names } = mapper;
  if (columns.messages !== undefined) return conversation(listCell(row, columns.messages), names);
  const query = textCell(row, columns.query!);
  return [{ role: 'user', content: query }, rowStep(row, mapper)];
}

/** What follows the query: one call, or the answer where there is none. */
function rowStep(row: Row, mapper: RowMapper): Message {
  const { columns } = mapper;
  const call = columns.calls === undefined ? namedCall(row, mapper) : onlyCall(row, columns.calls, mapper);
  if (call !== undefined) return { role: 'assistant', call };
  if (columns.answer !== undefined) return { role: 'assistant', content: textCell(row, columns.answer) };
  const column = columns.calls ?? columns.tool;
  throw rowTrouble({ what: 'no call, and the mapping names no `answer`', column, expected: 'a call' });
}

function onlyCall(row: Row, column: string, { names }: RowMapper): Call | undefined {
  const calls = listCell(row, column);
  if (calls.length < 2) return calls[0] === undefined ? undefined : rowCall(calls[0], names);
  throw rowTrouble({ what: 'several calls at once', column, expected: 'one call', found: `${calls.length} calls` });
}

function namedCall(row: Row, { columns, names }: RowMapper): Call | undefined {
  if (isEmpty(cellOf(row, columns.tool!))) return undefined;
  const written = columns.arguments === undefined ? undefined : cellOf(row, columns.arguments);
  return {
    tool: knownTool(textCell(row, columns.tool!), names),
    arguments: callArguments(written, columns.arguments),
  };
}

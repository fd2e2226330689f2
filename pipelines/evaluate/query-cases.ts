import { z } from 'zod';
import { readJsonl } from '../../core/jsonl.ts';
import { nearest } from '../../core/nearest.ts';
import type { Catalogue, Tool } from '../../core/tool.ts';
import { AlsoOkSchema, type GoldCall, GoldSchema } from '../scoring/gold.ts';
import { ShallowJsonSchema } from '../scoring/shallow-json.ts';
import type { EvaluationCase } from './evaluation-case.ts';
import type { CaseGold } from './prediction-record.ts';

const QuerySchema = z.object({
  id: z.union([z.string().min(1), z.number()]).transform(String),
  /** Says which tool is meant where several servers have one of that name. All tools are on offer in any case. */
  server: z.string().optional(),
  query: z.string().min(1),
  gold: GoldSchema,
  also_ok: AlsoOkSchema,
});

/**
 * The user's own queries with their golds, one JSON object a line.
 * @throws ToolkitError (input) with file and line where a line has the wrong form, an unknown tool or an id that was there before
 */
export async function queryCases(path: string, catalogue: Catalogue): Promise<EvaluationCase[]> {
  const cases: EvaluationCase[] = [];
  for await (const one of readJsonl(path, querySchema(catalogue))) cases.push(one);
  return cases;
}

/** Names are resolved inside the schema, so that a wrong one is an error of its line. */
function querySchema(catalogue: Catalogue) {
  const seen = new Set<string>();
  const allTools = catalogue.tools.map(({ id }) => id);
  const resolving = QuerySchema.transform(({ id, server, query, gold, also_ok }, context): EvaluationCase => {
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message, input: id });
    if (seen.has(id)) refuse(['id'], 'expected an id that no line before has');
    seen.add(id);
    const resolve = (call: GoldCall, path: (string | number)[]): { gold: CaseGold; tool: Tool | null } => {
      const tool = call.name === null ? null : findTool(catalogue, call.name, server);
      if (typeof tool === 'string') refuse([...path, 'name'], tool);
      const found = typeof tool === 'string' ? null : tool;
      return { gold: { tool: found?.id ?? null, ...pickArguments(call) }, tool: found };
    };
    const main = resolve(gold, ['gold']);
    const also = [...gold.also_ok, ...also_ok].map((call, index) => resolve(call, ['also_ok', index]).gold);
    return {
      id,
      trace: id,
      group: main.tool?.group ?? null,
      before: [{ role: 'user', content: query }],
      tools: allTools,
      gold: main.gold,
      alsoOk: also,
    };
  });
  return ShallowJsonSchema.pipe(resolving);
}

function pickArguments({ name, arguments: plain, possible }: GoldCall): Pick<CaseGold, 'arguments' | 'possible'> {
  if (name === null) return {};
  return possible === undefined ? { arguments: plain ?? {} } : { possible };
}

/** The tool of a name as users write it: the server's own, an id, or the name in prompts. Else what was expected. */
function findTool(catalogue: Catalogue, name: string, server: string | undefined): Tool | string {
  const exact = catalogue.tools.find((tool) => tool.id === name);
  if (exact) return exact;
  const onServer = catalogue.tools.filter((tool) => server === undefined || tool.server === server);
  const named = onServer.filter((tool) => tool.name === name);
  const found = named.length > 0 ? named : onServer.filter((tool) => tool.promptName === name);
  if (found.length === 1) return found[0]!;
  if (found.length > 1) return `expected a \`server\`, or one of the ids ${found.map(({ id }) => id).join(', ')}`;
  const names = onServer.map((tool) => tool.name);
  const servers = catalogue.servers.map((one) => one.name);
  return names.length === 0
    ? `expected one of the servers ${servers.join(', ')}${suggestion(server ?? '', servers)}`
    : `expected one of the tools ${names.join(', ')}${suggestion(name, names)}`;
}

function suggestion(wrong: string, names: readonly string[]): string {
  const near = nearest(wrong, names);
  return near === undefined ? '' : ` (did you mean \`${near}\`?)`;
}

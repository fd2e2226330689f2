import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { hashJson } from '../../core/hash.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { CatalogueSchema, JsonSchemaSchema, type Tool, takesNoArguments } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import { buildData } from '../build-data.ts';
import { writeDemoWorkspace } from '../demo/workspace.ts';
import { discover } from '../discover.ts';
import { heldOutCases } from '../evaluate/held-out-cases.ts';
import { loadSettings } from '../settings.ts';
import { synthesize } from '../synthesize.ts';
import { cataloguePath, heldOutPath } from '../workspace-files.ts';

/** Arguments that are right for a conversation. */
export interface ArgumentCase {
  messages: readonly Message[];
  tool: Tool;
  /** On offer, this one among them. */
  tools: readonly Tool[];
  arguments: Record<string, unknown>;
}

const GoldSchema = z.array(
  z.object({
    name: z.string(),
    description: z.string(),
    inputSchema: JsonSchemaSchema,
    calls: z.array(z.object({ query: z.string(), arguments: z.record(z.string(), z.unknown()) })),
  }),
);

/** Calls as BFCL has them: one tool, one query. */
export async function goldCases(): Promise<ArgumentCase[]> {
  const tools = await readJsonFile(join(import.meta.dirname, 'gold-calls.json'), GoldSchema);
  return tools.flatMap(({ name, description, inputSchema, calls }) => {
    const tool: Tool = {
      id: `gold.${name}`,
      server: 'gold',
      name,
      promptName: name,
      slug: name,
      group: 'gold',
      description,
      inputSchema,
      annotations: {},
      hash: hashJson([name, description, inputSchema]),
    };
    return calls.map(({ query, arguments: args }) => ({
      messages: [{ role: 'user' as const, content: query }],
      tool,
      tools: [tool],
      arguments: args,
    }));
  });
}

/** The calls of the demo's held-out traces, which are made where they are missing. */
export async function* demoCases(outer: Context): AsyncGenerator<StageEvent, ArgumentCase[], undefined> {
  const context = { ...outer, workspace: join(outer.workspace, 'demo') };
  await writeDemoWorkspace(context.workspace, 1);
  const settings = await loadSettings(context);
  yield* discover(context, settings);
  yield* synthesize(context, settings);
  yield* buildData(context, settings);
  const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const byId = new Map(catalogue.tools.map((tool) => [tool.id, tool]));
  const cases = await heldOutCases(heldOutPath(context), catalogue);
  return cases.flatMap(({ before, tools, gold }) => {
    const tool = gold.tool === null ? undefined : byId.get(gold.tool);
    if (tool === undefined || takesNoArguments(tool)) return [];
    return [{ messages: before, tool, tools: tools.map((id) => byId.get(id)!), arguments: gold.arguments ?? {} }];
  });
}

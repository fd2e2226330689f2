import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { readJsonFile, writeJsonFile } from '../../core/json-file.ts';
import { PROJECT_ROOT } from '../../core/project.ts';
import { type Task, TaskSchema } from '../../core/sample.ts';
import { writeDemoWorkspace } from '../demo/workspace.ts';
import { loadSettings, type Settings } from '../settings.ts';
import { type EditedServer, editedServer } from './edited-server.ts';

export interface BenchWorkspace {
  context: Context;
  settings: Settings;
  server: EditedServer;
}

const ServersSchema = z.looseObject({ mcpServers: z.record(z.string(), z.looseObject({ args: z.array(z.string()) })) });

/** The demo's two servers, files and base, the recipes for any base as they are shipped, and no monolithic adapter to compare with. @param name of its folder, which is made anew */
export async function benchWorkspace(
  outer: Context,
  name: string,
  { traces, seed }: { traces: number; seed: number },
): Promise<BenchWorkspace> {
  const context = { ...outer, workspace: join(outer.workspace, name) };
  await rm(context.workspace, { recursive: true, force: true });
  await writeDemoWorkspace(context.workspace, seed);
  const server = await editedServer(join(outer.workspace, `${name}-server`));
  const path = join(context.workspace, 'servers.json');
  const { mcpServers, ...rest } = await readJsonFile(path, ServersSchema);
  mcpServers.filesystem!.args[0] = server.program;
  await writeJsonFile(path, { ...rest, mcpServers });
  for (const task of TaskSchema.options) await writeFile(join(context.workspace, recipeFile(task)), recipeText(task));
  return { context, settings: smallSettings(await loadSettings(context), traces), server };
}

const recipeFile = (task: Task) => `${task}.yaml`;

/** As shipped, but for a rate at which the tiny base learns something: an adapter that changes nothing is refused. */
function recipeText(task: Task): string {
  return `extends: ${join(PROJECT_ROOT, 'recipes', recipeFile(task))}\noptimizer: { lr: 1e-3 }\n`;
}

function smallSettings(demo: Settings, traces: number): Settings {
  const half = Math.ceil(traces / 2);
  return {
    ...demo,
    synthesize: { ...demo.synthesize, tracesPerTool: traces, chains: half, respond: traces },
    recipes: Object.fromEntries(TaskSchema.options.map((task) => [task, recipeFile(task)])),
    evaluate: { ...demo.evaluate, limit: 12, execute: false, systems: ['decoupled'] },
    offers: { ...demo.offers, sizes: [] },
  };
}

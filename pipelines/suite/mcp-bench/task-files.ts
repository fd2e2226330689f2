import { z } from 'zod';
import { ToolkitError } from '../../../core/errors.ts';
import { readJsonFile } from '../../../core/json-file.ts';
import type { AgentTask } from '../agent-task.ts';

/** A task of MCP-Bench. The agent is told the fuzzy text; the rest is for the judge. */
export interface McpBenchTask extends AgentTask {
  servers: readonly string[];
  /** The task in full, tools and values named. */
  concrete: string;
  /** Which call needs what another one finds; may be empty. */
  dependencies: string;
}

/** Servers that MCP-Bench offers with every task. */
const RESIDENTS = ['Time MCP'];

const TextSchema = z
  .string()
  .nullish()
  .transform((text) => text ?? '');
const TaskSchema = z.object({
  task_id: z.string().min(1),
  task_description: z.string().min(1),
  fuzzy_description: TextSchema,
  dependency_analysis: TextSchema,
  distraction_servers: z
    .array(z.string())
    .nullish()
    .transform((names) => names ?? []),
});
const GroupSchema = z.object({
  /** The servers' names joined by `+`. */
  server_name: z.string().min(1),
  servers: z.array(z.string().min(1)).min(1).optional(),
  tasks: z.array(TaskSchema),
});
const FileSchema = z.object({ server_tasks: z.array(GroupSchema) });

/**
 * Reads task files of MCP-Bench as they are published (single, two and three servers).
 * @throws ToolkitError (input) naming file and member where one has another form, or an id is there twice
 */
export async function readMcpBenchTasks(files: readonly string[]): Promise<McpBenchTask[]> {
  const tasks: McpBenchTask[] = [];
  const places = new Map<string, string>();
  for (const file of files) {
    const { server_tasks: groups } = await readJsonFile(file, FileSchema);
    for (const task of groups.flatMap(tasksOf)) {
      const before = places.get(task.id);
      if (before !== undefined) throw twice(task.id, file, before);
      places.set(task.id, file);
      tasks.push(task);
    }
  }
  return tasks;
}

function tasksOf({ server_name: name, servers, tasks }: z.infer<typeof GroupSchema>): McpBenchTask[] {
  const needed = servers ?? name.split('+').map((part) => part.trim());
  return tasks.map((task) => ({
    id: task.task_id,
    query: task.fuzzy_description.trim() === '' ? task.task_description : task.fuzzy_description,
    servers: needed,
    residents: RESIDENTS,
    // One that names none is given any.
    distractors: task.distraction_servers.length === 0 ? undefined : task.distraction_servers,
    concrete: task.task_description,
    dependencies: task.dependency_analysis,
  }));
}

function twice(id: string, file: string, before: string): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: `the task ${id} is there twice`,
    where: file,
    expected: 'ids that no task before has',
    found: before === file ? 'the same id twice in this file' : `the same id in ${before}`,
    todo: 'give each file once, or rename one of the two',
  });
}

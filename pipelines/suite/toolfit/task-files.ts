import { z } from 'zod';
import { readJsonl } from '../../../core/jsonl.ts';
import type { AgentTask } from '../agent-task.ts';
import { type Requirement, RequirementSchema } from './requirement.ts';

/** A query with what an agent's tool outputs have to show. */
export interface ToolFitTask extends AgentTask {
  requirements: readonly Requirement[];
}

const LineSchema = z.strictObject({
  id: z.union([z.string().min(1), z.number()]).transform(String),
  query: z.string().min(1),
  servers: z.array(z.string().min(1)).min(1).optional(),
  requirements: z.array(RequirementSchema).min(1),
});

/**
 * Reads the user's own tasks, JSON lines {id, query, servers?, requirements}.
 * @throws ToolkitError (input) with file and line where a line has another form, or an id that was there before
 */
export async function readToolFitTasks(files: readonly string[]): Promise<ToolFitTask[]> {
  const seen = new Set<string>();
  const FreshSchema = LineSchema.superRefine(({ id }, context) => {
    if (seen.has(id)) context.addIssue({ code: 'custom', path: ['id'], message: 'an id that no line before has' });
    seen.add(id);
  });
  const tasks: ToolFitTask[] = [];
  for (const file of files) for await (const task of readJsonl(file, FreshSchema)) tasks.push(task);
  return tasks;
}

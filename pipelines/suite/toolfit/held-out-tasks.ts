import { readJsonl } from '../../../core/jsonl.ts';
import type { Catalogue } from '../../../core/tool.ts';
import { stepsOf, type Trace, TraceSchema } from '../../../core/trace.ts';
import type { FoundTasks } from '../agent-task.ts';
import { deriveRequirements } from './derive-requirements.ts';
import type { Requirement } from './requirement.ts';
import type { ToolFitTask } from './task-files.ts';

/**
 * Tasks of the held-out traces: the user's query, and what the calls of the trace showed. Only traces whose calls were all carried out well, and which
 * one query starts, are tasks.
 */
export async function heldOutTasks(path: string, catalogue: Catalogue): Promise<FoundTasks<ToolFitTask>> {
  const tasks: ToolFitTask[] = [];
  const others = new Map<string, string[]>();
  const serverOf = new Map(catalogue.tools.map(({ id, server }) => [id, server]));
  for await (const trace of readJsonl(path, TraceSchema)) {
    const found = requirementsOf(trace);
    if (typeof found === 'string') {
      others.set(found, [...(others.get(found) ?? []), trace.id]);
      continue;
    }
    const servers = [...new Set(trace.tools.flatMap((id) => serverOf.get(id) ?? []))];
    const query = trace.messages.find(({ role }) => role === 'user')?.content ?? '';
    tasks.push({ id: trace.id, query, servers, tools: trace.tools, requirements: found });
  }
  return { tasks, notRun: [...others].map(([why, ids]) => ({ why, tasks: ids })) };
}

/** @returns why the trace is no task, where it is none */
function requirementsOf(trace: Trace): Requirement[] | string {
  const { messages, provenance } = trace;
  if (provenance.kind === 'respond') return 'the trace makes no call';
  if (provenance.kind === 'recovery') return 'a call of the trace fails';
  if (messages.filter(({ role }) => role === 'user').length !== 1)
    return 'the trace has more than one message of the user';
  const results = stepsOf(trace).flatMap(({ call, result }) => (call === null ? [] : [result]));
  if (results.some((result) => result === undefined)) return 'calls of the trace were not carried out';
  if (results.some((result) => result?.isError)) return 'a call of the trace fails';
  const found = results.flatMap((result) => deriveRequirements(result!.content));
  const distinct = new Map(found.map((one) => [JSON.stringify(one), one]));
  return distinct.size === 0 ? 'no requirement follows from its results' : [...distinct.values()];
}

import { ToolkitError } from '../../core/errors.ts';
import { readJsonl } from '../../core/jsonl.ts';
import type { Catalogue, Tool } from '../../core/tool.ts';
import { type Step, stepsOf, type Trace, TraceSchema } from '../../core/trace.ts';
import type { EvaluationCase } from './evaluation-case.ts';

/**
 * Every step of the held-out traces, each after the gold turns before it.
 * @throws ToolkitError (input) where a trace calls a tool that the catalogue lacks
 */
export async function heldOutCases(path: string, catalogue: Catalogue): Promise<EvaluationCase[]> {
  const tools = new Map(catalogue.tools.map((tool) => [tool.id, tool]));
  const cases: EvaluationCase[] = [];
  for await (const trace of readJsonl(path, TraceSchema)) {
    for (const step of stepsOf(trace)) cases.push(stepCase(trace, step, tools, path));
  }
  return cases;
}

function stepCase(
  trace: Trace,
  { index, before, call, result }: Step,
  tools: Map<string, Tool>,
  path: string,
): EvaluationCase {
  const missing = [...trace.tools, ...(call ? [call.tool] : [])].find((id) => !tools.has(id));
  if (missing !== undefined) {
    throw new ToolkitError({
      kind: 'input',
      what: `trace ${trace.id} has a tool that the catalogue lacks`,
      where: path,
      found: missing,
      todo: 'run build-data again: the catalogue has changed since',
    });
  }
  return {
    id: `${trace.id}#${index}`,
    trace: trace.id,
    group: call && tools.get(call.tool)!.group,
    before,
    tools: trace.tools,
    gold: call ? { tool: call.tool, arguments: call.arguments } : { tool: null },
    ...(result?.isError && { goldFails: true }),
    alsoOk: [],
  };
}

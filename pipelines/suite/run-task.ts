import type { AgentEvent } from '../../core/agent-event.ts';
import { messageOf, ToolkitError } from '../../core/errors.ts';
import { SchemaValidators } from '../../core/schema-validators.ts';
import type { Tool } from '../../core/tool.ts';
import { createAgent } from '../../runtime/agent/agent.ts';
import type { AgentParts } from '../../runtime/agent/agent-parts.ts';
import type { Sandbox } from '../../runtime/sandbox.ts';
import type { SuiteSystem } from './open-suite-system.ts';
import type { PlannedTask } from './plan-tasks.ts';
import { type CallRecord, FAILED, type RunRecord } from './run-record.ts';
import { sandboxCall } from './sandbox-call.ts';

/** MCP-Bench's limit. */
export const MOST_ROUNDS = 20;

export interface RunParts {
  system: SuiteSystem;
  sandbox: Sandbox;
  signal: AbortSignal;
}

type ResultEvent = Extract<AgentEvent, { type: 'result' }>;
type ArgumentsEvent = Extract<AgentEvent, { type: 'arguments' }>;

const validators = new SchemaValidators();

/** Lets a system work on a task as an agent, in a sandbox as it was at first. @throws what the signal says where it is aborted */
export async function runTask(parts: RunParts, { task, tools, servers, distractors }: PlannedTask): Promise<RunRecord> {
  const { system, sandbox, signal } = parts;
  const started = performance.now();
  const record: RunRecord = {
    task: task.id,
    servers,
    distractors,
    tools: tools.map(({ id }) => id),
    rounds: 0,
    planned: { items: 0, named: 0 },
    calls: [],
    end: FAILED,
    answer: '',
    why: '',
    seconds: 0,
  };
  try {
    await sandbox.reset();
    const agent = createAgent({
      tools,
      makeStep: noting(system.makeStep, record),
      call: sandboxCall(sandbox, signal),
      prompt: system.promptFor(tools),
      permission: { all: true, safe: [] },
      maxSteps: MOST_ROUNDS,
      signal,
    });
    let planned: ArgumentsEvent | undefined;
    for await (const event of agent.answer(task.query)) {
      if (event.type === 'arguments') planned = event;
      if (event.type !== 'result') note(event, record);
      else
        record.calls.push(callRecord(event, planned?.step === event.step ? planned : undefined, record.rounds, tools));
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ToolkitError)) throw error;
    Object.assign(record, { end: FAILED, why: messageOf(error) });
  }
  return { ...record, seconds: (performance.now() - started) / 1000 };
}

/** Counts the model's decisions and the calls that it writes, also those that are never tried. */
function noting(makeStep: AgentParts['makeStep'], record: RunRecord): AgentParts['makeStep'] {
  return async (request, hooks) => {
    record.rounds += 1;
    const answer = await makeStep(request, hooks);
    record.planned.items += answer.calls.length;
    record.planned.named += answer.calls.filter(({ name }) => name !== '').length;
    return answer;
  };
}

/** That the endpoint gave no answer says nothing of it as an agent. */
function note(event: AgentEvent, record: RunRecord): void {
  if (event.type === 'answer') Object.assign(record, { end: 'answer', answer: event.text });
  if (event.type === 'stopped')
    Object.assign(record, { end: event.reason === 'endpoint' ? FAILED : event.reason, why: event.message });
}

/** @param planned what was known of the call before it was made; absent: no tool on offer has the name */
function callRecord(
  { tool: id, content, isError, executed, ms, shown }: ResultEvent,
  planned: ArgumentsEvent | undefined,
  round: number,
  tools: readonly Tool[],
): CallRecord {
  const tool = planned && tools.find((one) => one.id === planned.tool);
  return {
    round,
    tool: id,
    server: tool?.server ?? null,
    ...(planned && { arguments: planned.arguments }),
    schema_valid: tool !== undefined && validators.check(tool.inputSchema)(planned?.arguments) === undefined,
    executed,
    is_error: isError,
    content: shown === undefined ? content : `${content.slice(0, Math.max(0, shown - 1))}${shown > 0 ? '…' : ''}`,
    ms,
  };
}

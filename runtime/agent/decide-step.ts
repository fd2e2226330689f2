import type { AgentCandidate, AgentEvent } from '../../core/agent-event.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { Tool } from '../../core/tool.ts';
import { EndpointFailure } from '../chat/endpoint-step.ts';
import type { StepAnswer } from '../chat/step-answer.ts';
import type { ChatTurn, OfferedTool } from '../chat/step-request.ts';
import { UnfitRequest } from '../chat/unfit-request.ts';
import type { AgentParts, Stop } from './agent-parts.ts';

type Ranked = StepAnswer['ranked'] & {};

/** Lets the model choose: tells what it selected as soon as that is known, and gives back what it wrote. */
export async function* decideStep(
  { makeStep, tools, signal }: AgentParts,
  turns: readonly ChatTurn[],
  step: number,
): AsyncGenerator<AgentEvent, StepAnswer | Stop, undefined> {
  const selected = Promise.withResolvers<{ name: string; ranked: Ranked }>();
  const onCall = (name: string, ranked: Ranked = []) => selected.resolve({ name, ranked });
  const request = { turns, tools: tools.map(offered), choice: 'auto' as const };
  const answered = makeStep(request, { signal, onCall });
  const tell = (name: string | null, by: StepAnswer['by'], ranked: Ranked = []): AgentEvent => {
    const probability = ranked[0] && { probability: ranked[0].probability };
    return { type: 'selected', step, tool: idOf(name, tools), by, ...probability, ranked: candidates(ranked, tools) };
  };
  try {
    const early = await Promise.race([selected.promise, answered.then(() => undefined)]);
    if (early !== undefined) yield tell(early.name, 'bundle', early.ranked);
    const answer = await answered;
    const { by, abstained, ranked = [], refusal, calls } = answer;
    if (abstained) {
      const next = by === 'bundle' ? {} : { by };
      yield { type: 'abstained', step, ranked: candidates(ranked, tools), ...next };
    }
    if (refusal !== undefined) return { reason: 'abstained', message: refusal };
    if (early === undefined) yield tell(calls[0]?.name ?? null, by, abstained ? [] : ranked);
    return answer;
  } catch (error) {
    signal.throwIfAborted();
    return stopOf(error);
  }
}

function offered({ promptName, description, inputSchema }: Tool): OfferedTool {
  return { name: promptName, description, parameters: inputSchema };
}

/** A name that no tool has stays as it is. */
function idOf(name: string | null, tools: readonly Tool[]): string | null {
  return tools.find(({ promptName }) => promptName === name)?.id ?? name;
}

function candidates(ranked: Ranked, tools: readonly Tool[]): AgentCandidate[] {
  return ranked.map(({ name, probability }) => ({ tool: idOf(name, tools), probability }));
}

function stopOf(error: unknown): Stop {
  if (error instanceof EndpointFailure)
    return { reason: 'endpoint', message: `The fallback gave no answer: ${error.message}` };
  if (!(error instanceof UnfitRequest)) throw error;
  if (error.code === 'context_length_exceeded') return { reason: 'context', message: error.message };
  throw new ToolkitError({ kind: 'input', what: error.message, cause: error });
}

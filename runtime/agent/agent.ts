import type { AgentEvent } from '../../core/agent-event.ts';
import { hashJson } from '../../core/hash.ts';
import type { StepAnswer } from '../chat/step-answer.ts';
import type { ChatTurn } from '../chat/step-request.ts';
import type { AgentParts, Stop } from './agent-parts.ts';
import { decideStep } from './decide-step.ts';
import { fitResult } from './fit-result.ts';
import { type CallResult, type CallRules, makeCall } from './make-call.ts';
import { Permission } from './permission.ts';

/** Answers queries one after another; each is answered knowing those before. */
export interface Agent {
  /** Ends with an event `answer` or `stopped`. @throws what the signal says where it is aborted */
  answer(query: string): AsyncGenerator<AgentEvent, void, undefined>;
}

/** How often a call may be answered the same way. */
const MOST_REPEATS = 3;

interface Run extends CallRules {
  parts: AgentParts;
  /** The conversation so far. */
  turns: ChatTurn[];
  /** How often each call was answered, by call and answer. */
  answered: Map<string, number>;
}

/** An agent: step, call, result, step, until the model answers in words. */
export function createAgent(parts: AgentParts): Agent {
  const turns: ChatTurn[] = [];
  const permission = new Permission(parts.permission);
  return {
    answer: (query) => answerQuery({ parts, turns, permission, declined: new Set(), answered: new Map() }, query),
  };
}

async function* answerQuery(run: Run, query: string): AsyncGenerator<AgentEvent, void, undefined> {
  const { turns, parts } = run;
  turns.push({ role: 'user', content: query });
  for (let step = 1; step <= parts.maxSteps; step++) {
    parts.signal.throwIfAborted();
    const answer = yield* decideStep(parts, turns, step);
    if ('reason' in answer) return yield stopped(run, answer, step);
    const { calls, text, by, finish } = answer;
    if (calls.length === 0) {
      turns.push({ role: 'assistant', content: text, calls: [] });
      return yield { type: 'answer', step, text, by, cut: finish === 'length' };
    }
    // An endpoint may write several calls at once: they are steps in turn.
    for (const [index, call] of calls.slice(0, parts.maxSteps + 1 - step).entries()) {
      if (index > 0) step += 1;
      const stop = yield* followCall(run, answer, call, step);
      if (stop !== undefined) return yield stopped(run, stop, step);
    }
  }
  const message = `There is no answer after ${parts.maxSteps} steps.`;
  yield stopped(run, { reason: 'steps', message }, parts.maxSteps);
}

/** Makes a call, tells what it brought and puts both into the conversation. */
async function* followCall(
  run: Run,
  answer: StepAnswer,
  call: StepAnswer['calls'][number],
  step: number,
): AsyncGenerator<AgentEvent, Stop | undefined, undefined> {
  const { parts, turns } = run;
  const result = yield* makeCall(parts, run, call, { step, cut: answer.finish === 'length' });
  if ('reason' in result) return result;
  const { name, arguments: args, content, isError, executed, ms, failure } = result;
  const turnWith = (shown: string): ChatTurn => ({
    role: 'assistant',
    content: '',
    calls: [{ name, arguments: args, result: shown }],
  });
  const tokensWith = (shown: string) => parts.prompt.tokens([...turns, turnWith(shown)]);
  const shown = fitResult(content, { limit: parts.prompt.limit, tokensWith });
  if (failure !== undefined) yield { type: 'warning', message: failure };
  const tool = parts.tools.find(({ promptName }) => promptName === name)?.id ?? name;
  const part = shown === content ? {} : { shown: shown?.length ?? 0 };
  yield { type: 'result', step, tool, content, isError, executed, ms, ...part };
  if (shown === undefined) return { reason: 'context', message: `No room is left for what ${tool} answered.` };
  turns.push(turnWith(shown));
  return repeated(run, tool, result);
}

/** Whether the model goes in circles. */
function repeated({ answered }: Run, tool: string, { arguments: args, content }: CallResult): Stop | undefined {
  const key = hashJson([tool, args, content]);
  const count = (answered.get(key) ?? 0) + 1;
  answered.set(key, count);
  if (count < MOST_REPEATS) return undefined;
  const message = `${tool} was called ${count} times with the same arguments and answered the same way: it would go on like that.`;
  return { reason: 'repeated', message };
}

/** What was done stays known to the next query, unless there is no room for it; a query without a trace of it does not. */
function stopped({ turns }: Run, { reason, message }: Stop, step: number): AgentEvent {
  if (reason === 'context') turns.length = 0;
  else if (turns.at(-1)?.role === 'user') turns.pop();
  return { type: 'stopped', step, reason, message };
}

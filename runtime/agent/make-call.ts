import type { AgentEvent } from '../../core/agent-event.ts';
import { canonicalJson } from '../../core/hash.ts';
import { isDeeper } from '../../core/is-deeper.ts';
import { SchemaValidators } from '../../core/schema-validators.ts';
import type { Tool } from '../../core/tool.ts';
import type { StepAnswer } from '../chat/step-answer.ts';
import type { AgentParts, Stop } from './agent-parts.ts';
import type { CallOutcome } from './live-server.ts';
import type { Permission } from './permission.ts';
import { effectOf } from './tool-effect.ts';

/** What is known while a query is answered. */
export interface CallRules {
  permission: Permission;
  /** Calls that the user declined: the same one is not asked about again. */
  declined: Set<string>;
}

/** What came of a call. */
export interface CallResult extends CallOutcome {
  name: string;
  arguments: Record<string, unknown>;
  executed: boolean;
  /** Milliseconds. */
  ms: number;
}

const validators = new SchemaValidators();
const DECLINED = 'The user declined this call.';
/** Anything else in a prompt could be read as something that it is not. */
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const MOST_SHOWN = 200;
/** Levels of arguments: what is nested deeper cannot be written into a prompt, a record or a request. */
const DEEPEST = 200;

/** Makes a call that a model wrote, where it may be made: else its result says why not, or the agent stops. */
export async function* makeCall(
  { tools, call, signal }: Pick<AgentParts, 'tools' | 'call' | 'signal'>,
  { permission, declined }: CallRules,
  { name, arguments: text }: StepAnswer['calls'][number],
  { step, cut }: { step: number; cut: boolean },
): AsyncGenerator<AgentEvent, CallResult | Stop, undefined> {
  const args = cut ? undefined : objectIn(text);
  if (args === undefined || !NAME.test(name)) return malformed(name, text, cut);
  const because = (content: string): CallResult => {
    return { name, arguments: args, content, isError: true, executed: false, ms: 0 };
  };
  const tool = tools.find(({ promptName }) => promptName === name);
  if (tool === undefined) return because(`Error: there is no tool ${name}.`);
  const about = { step, tool: tool.id, server: tool.server, name: tool.name, arguments: args };
  yield { type: 'arguments', ...about };
  const misfit = validators.check(tool.inputSchema)(args);
  if (misfit !== undefined) return because(`Error: the arguments do not fit: ${misfit}.`);
  const key = canonicalJson([tool.id, args]);
  if (declined.has(key)) return because(DECLINED);
  if (!permission.isGiven(tool)) {
    const planned = { ...about, effect: effectOf(tool) };
    yield { type: 'asks', ...planned };
    const decision = await permission.ask(planned);
    signal.throwIfAborted();
    if (decision === undefined) return refused(tool);
    yield { type: 'decided', step, tool: tool.id, decision };
    if (decision === 'quit') return { reason: 'quit', message: `You ended it before ${tool.id} was called.` };
    if (decision === 'no') {
      declined.add(key);
      return because(DECLINED);
    }
  }
  const started = performance.now();
  const outcome = await call(tool, args);
  return { name, arguments: args, ...outcome, executed: true, ms: performance.now() - started };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) && !isDeeper(value, DEEPEST)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Greedy decoding would write the same again: it is not tried. */
function malformed(name: string, text: string, cut: boolean): Stop {
  const why = cut ? 'did not come to an end' : `are no JSON object of at most ${DEEPEST} levels`;
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  return { reason: 'malformed', message: `The arguments of ${name} ${why}; it was not called: ${shown}` };
}

function refused({ id }: Tool): Stop {
  return {
    reason: 'refused',
    message: `${id} may change something, and there is no terminal to ask on; it was not called. Give --yes, or list it under \`safe\` in workspace.yaml.`,
  };
}

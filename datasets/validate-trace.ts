import type { ErrorDetails } from '../core/errors.ts';
import { SchemaValidators } from '../core/schema-validators.ts';
import type { Catalogue } from '../core/tool.ts';
import type { Message, Trace } from '../core/trace.ts';
import { showValue } from '../core/yaml-file.ts';
import { Fingerprints } from './fingerprints.ts';
import { valueTrouble } from './value-trouble.ts';

/** `what` in few different words; the others tell of the one trace. */
export type TraceTrouble = Pick<ErrorDetails, 'what' | 'expected' | 'found'>;

/**
 * Makes a check of traces against a catalogue. It says why a trace cannot be used, in few different words so that the reasons can be
 * counted; `undefined` where it can.
 */
export function traceValidator(catalogue: Catalogue): (trace: Trace) => TraceTrouble | undefined {
  const tools = new Map(catalogue.tools.map((tool) => [tool.id, tool]));
  const validators = new SchemaValidators();
  const seen = new Fingerprints({ numbered: false });
  return (trace) => {
    if (!seen.isNew(trace.id)) return { what: 'trace: another one has the same id' };
    const unfit = unfitPart(trace);
    if (unfit !== undefined) return unfit;
    const missing = trace.tools.find((id) => !tools.has(id));
    if (missing !== undefined) return { what: 'trace: offers a tool that is not in the catalogue' };
    for (const { call } of trace.messages.filter((message) => message.role === 'assistant')) {
      if (call === undefined) continue;
      const tool = tools.get(call.tool);
      if (tool === undefined || !trace.tools.includes(call.tool))
        return { what: 'trace: calls a tool that is not on offer' };
      const expected = validators.check(tool.inputSchema)(call.arguments);
      const what = `trace: arguments do not fit the schema of ${tool.id}`;
      if (expected !== undefined) return { what, expected, found: showValue(call.arguments) };
    }
    const what = orderTrouble(trace.messages);
    return what === undefined ? undefined : { what };
  };
}

/** What cannot be written as a sample would stop the stages behind. */
function unfitPart({ id, messages }: Trace): TraceTrouble | undefined {
  for (const part of [id, ...messages.flatMap((message) => [message.content, callOf(message)])]) {
    const trouble = valueTrouble(part);
    if (trouble !== undefined) return { what: `trace: ${trouble}`, found: showValue(part) };
  }
  return undefined;
}

function callOf(message: Message): unknown {
  return message.role === 'assistant' ? message.call?.arguments : undefined;
}

/** What may stand behind what: a query behind anything but a call, a tool result behind its call, and so on. */
function orderTrouble(messages: readonly Message[]): string | undefined {
  let before = 'start';
  for (const message of messages) {
    const kind = message.role === 'assistant' && message.call !== undefined ? 'call' : message.role;
    if (!MAY_FOLLOW[kind]?.includes(before)) return `trace: ${kind} behind ${before}`;
    before = kind;
  }
  const steps = messages.some(({ role }) => role === 'assistant');
  return steps ? undefined : 'trace: has no step';
}

const MAY_FOLLOW: Record<string, string[]> = {
  system: ['start'],
  user: ['start', 'system', 'assistant'],
  call: ['user', 'tool'],
  assistant: ['user', 'tool'],
  tool: ['call'],
};

import { type Call, type Message, stepsOf, type Trace } from '../../../core/trace.ts';
import { memberPlace } from '../../scoring/json-equal.ts';
import { valuesIn } from '../../telling/told-values.ts';
import { untoldPart } from '../../telling/untold-part.ts';
import type { Refusal } from '../chat/refusal.ts';
import type { ToolModel } from '../concepts.ts';

/**
 * A value of a call that nothing tells; `undefined` where each one stands in what was said before (by the user, by results), is offered by the
 * schema at its place (enum, const, default, example), or is the only one that the user's settings give for its parameter. Flags are
 * a choice between two and no copy of anything: they are not judged.
 * @param before all that was said before the call
 */
export function untoldValue({ tool, slots }: ToolModel, args: Call['arguments'], before: string): string | undefined {
  const root = { root: tool.inputSchema, schema: tool.inputSchema };
  for (const [name, value] of Object.entries(args)) {
    const given = slots.find((slot) => slot.name === name)?.given;
    const offered = given?.length === 1 ? valuesIn(given) : [];
    const untold = untoldPart(value, { place: memberPlace(root, name), offered, before });
    if (untold !== undefined) return untold;
  }
  return undefined;
}

/** Why a trace's calls cannot be learnt: one of their values is made up. */
export function untoldInTrace(models: readonly ToolModel[], trace: Trace): Refusal | undefined {
  for (const { call, before } of stepsOf(trace)) {
    const model = call === null ? undefined : models.find(({ tool }) => tool.id === call.tool);
    if (call === null || model === undefined) continue;
    const value = untoldValue(model, call.arguments, textOf(before));
    if (value !== undefined) return untoldRefusal(model, value);
  }
  return undefined;
}

export function untoldRefusal({ tool }: ToolModel, value: string): Refusal {
  return {
    reason: `${tool.id}: a value that nothing tells`,
    tell: `the assistant would have to make up ${JSON.stringify(value)}`,
  };
}

export function textOf(messages: readonly Message[]): string {
  return messages.map(({ content }) => content ?? '').join('\n');
}

import { schemaMembers } from '../../core/schema-members.ts';
import type { JsonSchema } from '../../core/tool.ts';
import { stepsOf } from '../../core/trace.ts';
import type { TraceView } from './augmenter.ts';

/** A real name that a masked trace shows in a call or on offer; `undefined`: none. */
export function leakedName({ trace, tools, mask }: TraceView): string | undefined {
  if (mask === undefined) return undefined;
  const names = trace.tools.map((id) => tools.get(id)!.promptName);
  const shown = names.find((name) => mask.hidden.tools.has(name));
  if (shown !== undefined) return shown;
  for (const { call } of stepsOf(trace)) {
    if (call === null) continue;
    const root = tools.get(call.tool)!.inputSchema;
    const key = leakedKey(call.arguments, mask.hidden.parameters.get(call.tool)!, { schema: root, root });
    if (key !== undefined) return key;
  }
  return undefined;
}

/** In free maps any key is data. */
function leakedKey(
  value: unknown,
  hidden: ReadonlySet<string>,
  { schema, root }: { schema: unknown; root: JsonSchema },
): string | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const { properties, other, itemAt } = schemaMembers(schema, root);
  const isList = Array.isArray(value);
  for (const [key, member] of Object.entries(value)) {
    if (!isList && properties.size > 0 && !properties.has(key) && hidden.has(key)) return key;
    const its = isList ? itemAt(Number(key)) : (properties.get(key) ?? other);
    const leaked = leakedKey(member, hidden, { schema: its, root });
    if (leaked !== undefined) return leaked;
  }
  return undefined;
}

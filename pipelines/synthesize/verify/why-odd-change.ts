import type { Changes } from '../../../runtime/sandbox-changes.ts';
import { isDryRun } from '../answer.ts';
import type { ToolModel } from '../concepts.ts';
import type { Arguments } from '../sampling.ts';

/** For messages: a tool whose annotations are wrong. */
export function claimsReadOnly({ tool }: ToolModel): string {
  return `${tool.id}: says that it is read-only, and changed its data`;
}

/**
 * What is odd about that which a call did to its server's copies; `undefined` where nothing is, or it cannot be told.
 * @param changers tools whose calls are known to change the copies
 */
export function whyOddChange(
  model: ToolModel,
  { args, changes, changers }: { args: Arguments; changes: Changes | undefined; changers?: ReadonlySet<string> },
): string | undefined {
  const { annotations, id } = model.tool;
  if (annotations.readOnlyHint === true && changes === 'data') return claimsReadOnly(model);
  const isIdle = annotations.readOnlyHint === false && changes === 'none' && changers?.has(id) && !isDryRun(args);
  return isIdle ? `${id}: changed nothing` : undefined;
}

import type { Changes } from '../../../runtime/sandbox/changes.ts';
import { isDryRun } from '../answer.ts';
import type { ToolModel } from '../concepts.ts';
import { refusalOf } from '../given-up.ts';
import type { Arguments } from '../sampling.ts';

/**
 * What is odd about that which a call did to its server's copies; `undefined` where nothing is, or it cannot be told.
 * @param changers tools whose calls are known to change the copies
 */
export function whyOddChange(
  model: ToolModel,
  { args, changes, changers }: { args: Arguments; changes: Changes | undefined; changers?: ReadonlySet<string> },
): string | undefined {
  const { annotations, id } = model.tool;
  if (annotations.readOnlyHint === true && changes === 'data') return refusalOf.readOnly(model);
  const isIdle = annotations.readOnlyHint === false && changes === 'none' && changers?.has(id) && !isDryRun(args);
  return isIdle ? `${id}: changed nothing` : undefined;
}

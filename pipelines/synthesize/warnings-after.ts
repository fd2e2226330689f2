import type { ToolModel } from './concepts.ts';
import { MOST_FAILED, MOST_SILENT, neverWorks, refusalOf } from './given-up.ts';
import type { Made, Workshop } from './workshop.ts';

/**
 * What there is to say about tools after a unit: each thing once in a run.
 * @param rejects of this unit
 * @param before what all units before it have put down
 */
export function warningsAfter(
  rejects: Made['rejects'],
  models: readonly ToolModel[],
  before: Pick<Workshop, 'rejects' | 'worked'>,
): string[] {
  const isFirst = (reason: string) => isIn(Object.keys(rejects), reason) && !isIn(before.rejects.keys(), reason);
  return models.flatMap((model) => {
    const { id, server } = model.tool;
    const messages: string[] = [];
    if (isFirst(refusalOf.broken(model, 'silent')))
      messages.push(
        `${id} was called and gave no answer; after ${MOST_SILENT} such calls in all it is not called again`,
      );
    if (isFirst(refusalOf.readOnly(model)))
      messages.push(
        `${id} says that it is read-only, and a call of it changed the copies of what server ${server} holds; such calls are refused`,
      );
    if (!neverWorks(before, model) && neverWorks(before, model, rejects))
      messages.push(
        `${id} failed on all of its first ${MOST_FAILED} calls or more; it is not called again: rejects.json says why`,
      );
    return messages;
  });
}

/** A teacher's units put their names before a reason. */
function isIn(reasons: Iterable<string>, reason: string): boolean {
  return [...reasons].some((one) => one === reason || one.endsWith(`: ${reason}`));
}

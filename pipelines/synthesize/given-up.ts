import type { Broken } from '../../runtime/mcp/broken.ts';
import type { ToolModel } from './concepts.ts';
import type { Workshop } from './workshop.ts';

/** Each starts the server anew. */
const MOST_ENDED = 3;
/** Calls of one tool without an answer after which it is not called again: each costs a whole time limit. */
export const MOST_SILENT = 3;
/** Calls of one tool that came to nothing, in the whole run, after which it is given up if none did what it was for. */
export const MOST_FAILED = 50;
/** How often a tool's wrong values were no error, or left in doubt what is meant, in the whole run, before it is passed over. */
const MOST_TAME = 15;
const MOST_UNCLEAR = 60;

const BROKEN: Record<Broken, string> = {
  ended: 'its server ended',
  silent: 'its server gave no answer',
  flooded: 'its answer was too long to be read',
};
const ERROR = 'error: ';
const EMPTY = 'empty result';
const NO_TEXT = 'its result is no text';

/** Why calls of a tool are refused, as far as giving it up depends on that: by these words they are counted, also by a run that goes on. */
export const refusalOf = {
  broken: ({ tool }: ToolModel, how: Broken) => `${tool.id}: ${BROKEN[how]}`,
  error: ({ tool }: ToolModel, message: string) => `${tool.id}: ${ERROR}${message}`,
  empty: ({ tool }: ToolModel) => `${tool.id}: ${EMPTY}`,
  noText: ({ tool }: ToolModel) => `${tool.id}: ${NO_TEXT}`,
  /** Its annotations are wrong. */
  readOnly: ({ tool }: ToolModel) => `${tool.id}: says that it is read-only, and changed its data`,
  tame: ({ tool }: ToolModel) => `${tool.id}: a wrong value is no error`,
  unclear: ({ tool }: ToolModel) => `${tool.id}: it is not clear what a wrong value means`,
};

/** What the units before have put down: a resumed run finds the same, and decides alike. */
type Before = Pick<Workshop, 'rejects' | 'worked'>;
/** What was refused in the unit that is being made. */
type Now = Readonly<Record<string, number>>;

/**
 * Whether the tool is not called again: for this trace, where its server ended on several calls, or had to be ended on one; in the whole run, where
 * it was silent on several, never once did what it was called for, or says falsely that it is read-only: a call behind another one could not be
 * told to be right.
 */
export function isGivenUp(before: Before, model: ToolModel, now: Now): boolean {
  const count = (reason: string) => countOf(before, reason, now);
  return (
    (now[refusalOf.broken(model, 'ended')] ?? 0) >= MOST_ENDED ||
    now[refusalOf.broken(model, 'flooded')] !== undefined ||
    count(refusalOf.broken(model, 'silent')) >= MOST_SILENT ||
    count(refusalOf.readOnly(model)) > 0 ||
    neverWorks(before, model, now)
  );
}

/** Whether a tool has failed so often, and never done anything else, that it is not called again. */
export function neverWorks({ rejects, worked }: Before, { tool }: ToolModel, now: Now = {}): boolean {
  if (worked.has(tool.id)) return false;
  // Not what never became a call.
  const starts = [ERROR, EMPTY, NO_TEXT, BROKEN.ended].map((what) => `${tool.id}: ${what}`);
  const failures = [...rejects, ...Object.entries(now)].filter(([reason]) =>
    starts.some((start) => reason.startsWith(start)),
  );
  return failures.reduce((sum, [, count]) => sum + count, 0) >= MOST_FAILED;
}

/** Whether a tool is passed over where a wrong value is wanted. */
export function isHopeless(before: Before, model: ToolModel, now: Now): boolean {
  return (
    countOf(before, refusalOf.tame(model), now) >= MOST_TAME ||
    countOf(before, refusalOf.unclear(model), now) >= MOST_UNCLEAR
  );
}

function countOf({ rejects }: Before, reason: string, now: Now): number {
  return (rejects.get(reason) ?? 0) + (now[reason] ?? 0);
}

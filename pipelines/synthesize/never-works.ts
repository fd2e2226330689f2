/** Calls of one tool that came to nothing, in the whole run, after which it is given up if none did what it was for. */
export const MOST_FAILED = 50;

interface Standing {
  /** Why candidates were refused until now, and how often. */
  rejects: ReadonlyMap<string, number>;
  /** Ids of the tools that did what they were called for. */
  worked: ReadonlySet<string>;
  /** What was refused in the unit that is being made. */
  more?: Readonly<Record<string, number>>;
}

/** Whether a tool has failed so often, and never done anything else, that it is not called again. A resumed run finds the same counts. */
export function neverWorks(toolId: string, { rejects, worked, more = {} }: Standing): boolean {
  if (worked.has(toolId)) return false;
  const failures = [...rejects, ...Object.entries(more)].filter(([reason]) => isFailure(toolId, reason));
  return failures.reduce((sum, [, count]) => sum + count, 0) >= MOST_FAILED;
}

/** An error, an empty answer or the end of its server: not what never became a call. */
function isFailure(toolId: string, reason: string): boolean {
  return ['error:', 'empty result', 'its server ended'].some((start) => reason.startsWith(`${toolId}: ${start}`));
}

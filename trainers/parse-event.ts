import { messageOf, ToolkitError } from '../core/errors.ts';
import { describeIssues } from '../core/issues.ts';
import { type TrainerEvent, TrainerEventSchema } from './events.ts';

/** A line that a trainer printed, as an event, or as an error that says what is wrong with it. @param trainer its name, for messages */
export function parseEvent(trainer: string, line: string): TrainerEvent | ToolkitError {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return new ToolkitError({ kind: 'failed', what: `${trainer} printed no event: ${messageOf(error)}`, found: line });
  }
  const result = TrainerEventSchema.safeParse(value);
  if (result.success) return result.data;
  return new ToolkitError({
    kind: 'failed',
    what: `${trainer} printed an event of the wrong form`,
    ...describeIssues(result.error, value),
  });
}

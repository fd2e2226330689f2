import { ToolkitError } from '../../core/errors.ts';
import { MessageTooLong } from './message-too-long.ts';

/** How a call broke its server: it ended, gave no answer in time, or sent more than a message may hold. */
export type Broken = 'ended' | 'silent' | 'flooded';

/** The SDK's code for a request that was not answered in time. */
export const SILENT = -32001;

/** `undefined`: no call is to blame for the error. */
export function brokenBy({ kind, cause }: ToolkitError): Broken | undefined {
  if (kind !== 'failed') return undefined;
  if (cause instanceof MessageTooLong) return 'flooded';
  return cause instanceof Error && 'code' in cause && cause.code === SILENT ? 'silent' : 'ended';
}

/** The error of a call that is known to break its server. */
export function brokenError(broken: Broken, tool: string): ToolkitError {
  const causes = {
    ended: undefined,
    silent: Object.assign(new Error(), { code: SILENT }),
    flooded: new MessageTooLong(),
  };
  return new ToolkitError({
    kind: 'failed',
    what: `the call broke its server when it was recorded (${broken})`,
    where: tool,
    cause: causes[broken],
  });
}

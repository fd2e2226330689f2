import { ToolkitError } from '../../core/errors.ts';
import { MessageTooLong } from './message-too-long.ts';

/** How a call broke its server: it ended, gave no answer in time, or sent more than a message may hold. */
export type Broken = 'ended' | 'silent' | 'flooded';

/** The SDK's code for a request that was not answered in time. A server may use it for errors of its own, which tell no `timeout`. */
const SILENT = -32001;

/** Whether a request was not answered in time. */
export function isSilence(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== SILENT || !('data' in error)) return false;
  const { data } = error;
  return data !== null && typeof data === 'object' && 'timeout' in data;
}

/** `undefined`: no call is to blame for the error. */
export function brokenBy({ kind, cause }: ToolkitError): Broken | undefined {
  if (kind !== 'failed') return undefined;
  if (cause instanceof MessageTooLong) return 'flooded';
  return isSilence(cause) ? 'silent' : 'ended';
}

/** The error of a call that is known to break its server. */
export function brokenError(broken: Broken, tool: string): ToolkitError {
  const causes = {
    ended: undefined,
    silent: Object.assign(new Error(), { code: SILENT, data: { timeout: 0 } }),
    flooded: new MessageTooLong(),
  };
  return new ToolkitError({
    kind: 'failed',
    what: `the call broke its server when it was recorded (${broken})`,
    where: tool,
    cause: causes[broken],
  });
}

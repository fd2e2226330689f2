import { ToolkitError } from '../../core/errors.ts';
import type { AgentParts } from '../../runtime/agent/agent-parts.ts';
import type { Sandbox } from '../../runtime/sandbox.ts';

/**
 * How an agent calls tools in a sandbox. A server that ends or falls silent on a call is an outcome of that call, as it is live; one that does not start
 * throws, for no call is to blame.
 */
export function sandboxCall(sandbox: Sandbox, signal: AbortSignal): AgentParts['call'] {
  return async (tool, args) => {
    try {
      const result = await sandbox.call(tool.id, args);
      if (result.executed) return { content: result.content, isError: result.isError };
      return { content: `Error: the call was not made: ${result.why}.`, isError: true };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ToolkitError) || error.kind === 'environment') throw error;
      return { content: `Error: the call failed: ${error.details.what}.`, isError: true, failure: error.message };
    }
  };
}

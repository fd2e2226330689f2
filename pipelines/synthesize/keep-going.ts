import { messageOf, ToolkitError } from '../../core/errors.ts';
import type { Catalogue } from '../../core/tool.ts';
import type { Sandbox } from '../../runtime/sandbox.ts';

/**
 * A sandbox that goes on where a server no longer starts: calls of that server fail, which counts them as rejected, and the others get all their traces.
 * @param onLost told once for each such server
 */
export function keepGoing(sandbox: Sandbox, { tools }: Catalogue, onLost: (message: string) => void): Sandbox {
  const servers = new Map(tools.map(({ id, server }) => [id, server]));
  const lost = new Set<string>();
  return {
    ...sandbox,
    async call(toolId, args, options) {
      const server = servers.get(toolId) ?? '';
      if (!lost.has(server)) {
        try {
          return await sandbox.call(toolId, args, options);
        } catch (error) {
          if (!(error instanceof ToolkitError) || error.kind !== 'environment') throw error;
          lost.add(server);
          onLost(`server ${server} no longer starts, what is left of its traces is given up: ${messageOf(error)}`);
        }
      }
      return { executed: true, content: 'its server no longer starts', isError: true };
    },
  };
}

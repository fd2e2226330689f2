import { ToolkitError } from '../core/errors.ts';
import { hashJson } from '../core/hash.ts';
import type { Catalogue, Tool } from '../core/tool.ts';
import type { Answer, Asked, Cassette, RecordingCassette } from './cassette.ts';
import { brokenBy, brokenError } from './mcp/broken.ts';
import { hideSecretsIn } from './mcp/secret-forms.ts';
import { mayExecute, type SandboxSettings } from './sandbox/rule.ts';
import type { Sandbox, SandboxResult } from './sandbox.ts';

/** What was called on each server since the last reset, so far as it may have changed something: answers depend on it. */
function historyOf({ tools }: Catalogue) {
  const byId = new Map(tools.map((tool) => [tool.id, tool]));
  const after = new Map<string, string>();
  return {
    asked(toolId: string, args: Record<string, unknown>): Asked {
      const server = byId.get(toolId)?.server ?? '';
      return { tool: toolId, arguments: hideSecretsIn(args), after: after.get(server) ?? '' };
    },
    add(asked: Asked): void {
      const tool = byId.get(asked.tool);
      if (tool === undefined || tool.annotations.readOnlyHint === true) return;
      after.set(tool.server, hashJson(asked).slice(7, 23));
    },
    reset: () => after.clear(),
  };
}

/** A sandbox whose answers go on a cassette, and that closes it. Where a call comes twice, both get the first answer, as in a replay. */
export function recordingSandbox(sandbox: Sandbox, catalogue: Catalogue, cassette: RecordingCassette): Sandbox {
  const history = historyOf(catalogue);
  return {
    mayExecute: sandbox.mayExecute,
    async call(toolId, args, options) {
      const asked = history.asked(toolId, args);
      const fresh = await answerOf(sandbox.call(toolId, args, options));
      if ('executed' in fresh) return fresh;
      await cassette.addAnswer(asked, fresh);
      history.add(asked);
      return resultOf(asked, cassette.answerTo(asked)!);
    },
    async reset() {
      history.reset();
      await sandbox.reset();
    },
    async close() {
      try {
        await sandbox.close();
      } finally {
        await cassette.close();
      }
    },
    [Symbol.asyncDispose]() {
      return this.close();
    },
  };
}

/** A call that was not made has none. */
async function answerOf(call: Promise<SandboxResult>): Promise<Answer | Extract<SandboxResult, { executed: false }>> {
  try {
    const result = await call;
    if (!result.executed) return result;
    const { executed: _, ...answer } = result;
    return answer;
  } catch (error) {
    const broken = error instanceof ToolkitError ? brokenBy(error) : undefined;
    if (broken === undefined) throw error;
    return { broken };
  }
}

function resultOf({ tool }: Asked, answer: Answer): SandboxResult {
  if ('broken' in answer) throw brokenError(answer.broken, tool);
  return { executed: true, ...answer };
}

/** A sandbox without servers: a cassette answers. @throws NotRecorded on a call that is not on it */
export function replayedSandbox(cassette: Cassette, catalogue: Catalogue, settings: SandboxSettings): Sandbox {
  const history = historyOf(catalogue);
  const tools = new Map(catalogue.tools.map((tool) => [tool.id, tool]));
  const may = (tool: Tool) => mayExecute(tool, settings);
  return {
    mayExecute: may,
    async call(toolId, args) {
      const tool = tools.get(toolId);
      if (tool === undefined) return { executed: true, content: `unknown tool ${toolId}`, isError: true };
      if (!may(tool)) return { executed: false, why: `${toolId} may change something and its server has no sandbox` };
      const asked = history.asked(toolId, args);
      const answer = cassette.answerTo(asked);
      if (answer === undefined) throw new NotRecorded(cassette, asked);
      history.add(asked);
      return resultOf(asked, answer);
    },
    reset: async () => history.reset(),
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

/** A replay asked for what was never recorded. */
export class NotRecorded extends ToolkitError {
  constructor({ path }: Cassette, { tool, arguments: args, after }: Asked) {
    const written = JSON.stringify(args);
    super({
      kind: 'input',
      what: 'a call that is not on the cassette',
      where: path,
      found: `${tool} ${written.length > 200 ? `${written.slice(0, 200)}…` : written}${after === '' ? '' : ', after calls that changed something'}`,
      todo: 'settings, seed, tools or data are others than when it was recorded: run the same command with `--record` where the servers are, then commit the cassette',
    });
  }
}

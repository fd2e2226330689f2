import { resolve } from 'node:path';
import type { AgentEvent, Decision, PlannedCall } from '../core/agent-event.ts';
import type { Context } from '../core/context.ts';
import { createAgent } from '../runtime/agent/agent.ts';
import { openLiveServers } from '../runtime/agent/live-servers.ts';
import { chatStep } from '../runtime/chat/chat-step.ts';
import { promptTokens } from '../runtime/chat/prepared-step.ts';
import { readServersFile } from '../runtime/mcp/servers-file.ts';
import { exclusions } from './discover/exclusions.ts';
import { openFallback } from './open-fallback.ts';
import { openStepParts } from './open-step-parts.ts';
import type { Settings } from './settings.ts';

export interface AgentOptions {
  /** In place of `serve.threshold`. */
  threshold?: number;
  /** In place of `serve.fallback`. */
  fallback?: string;
  /** Most steps for one query. */
  maxSteps: number;
  /** Tools with side effects are called without asking. */
  yes?: boolean;
  /** Asks the user about a call; absent: nobody can be asked. */
  ask?(call: PlannedCall): Promise<Decision>;
}

/** An agent on the user's own servers. */
export interface OpenAgent extends AsyncDisposable {
  /** Servers and tools that are left out, and why; and what is not as it should be with the engine. */
  warnings: readonly string[];
  /** Answers a query, knowing those before it; ends with an event `answer` or `stopped`. */
  answer(query: string): AsyncGenerator<AgentEvent, void, undefined>;
}

/**
 * Opens the bundle of a workspace and its servers: live ones, not the sandbox.
 * @throws ToolkitError (input) where the bundle does not belong to the workspace's tools and base, or no server has a tool of it
 */
export async function openAgent(context: Context, settings: Settings, options: AgentOptions): Promise<OpenAgent> {
  const { workspace, serverEnv: env, signal } = context;
  const { serve, safe, callTimeout } = settings;
  const { maxSteps, yes = false, ask, threshold = serve.threshold } = options;
  const fallback = openFallback(context, settings, options.fallback ?? serve.fallback);
  const servers = await readServersFile(resolve(workspace, settings.servers), context);
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  await using opening = new AsyncDisposableStack();
  const { parts, close } = await openStepParts(context, settings, { threshold, fallback, warn });
  opening.defer(close);
  const excluded = exclusions(settings.tools.exclude);
  const live = opening.use(
    await openLiveServers({
      servers,
      catalogue: parts.catalogue,
      env,
      signal,
      timeoutMs: callTimeout * 1000,
      isExcluded: (server, name) => excluded.hasServer(server) || excluded.hasTool(server, name),
    }),
  );
  const { answer } = createAgent({
    makeStep: (request, hooks) => chatStep(parts, request, hooks),
    tools: live.tools,
    call: live.call,
    prompt: {
      limit: parts.contextSize - parts.maxTokens,
      tokens: (turns) => promptTokens(parts, turns, live.tools),
    },
    permission: { all: yes, safe, ask },
    maxSteps,
    signal,
  });
  const opened = opening.move();
  return {
    warnings: [...warnings, ...live.warnings],
    answer,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

import type { Context } from '../../core/context.ts';
import type { Tool } from '../../core/tool.ts';
import type { AgentParts } from '../../runtime/agent/agent-parts.ts';
import { chatStep } from '../../runtime/chat/chat-step.ts';
import { askEndpoint } from '../../runtime/chat/endpoint-step.ts';
import { promptTokens } from '../../runtime/chat/prepared-step.ts';
import { openFallback } from '../open-fallback.ts';
import { openStepParts } from '../open-step-parts.ts';
import type { Settings } from '../settings.ts';
import { unknownEndpoint } from '../unknown-endpoint.ts';
import { BUNDLE_SYSTEMS } from './suite-choice.ts';

/** A system as an agent's model. */
export interface SuiteSystem {
  makeStep: AgentParts['makeStep'];
  /** @param tools on offer */
  promptFor(tools: readonly Tool[]): AgentParts['prompt'];
  close(): Promise<void>;
}

/** What an endpoint's prompt may have; its own limit is not known here. */
const ENDPOINT_TOKENS = 100_000;
const CHARACTERS_PER_TOKEN = 4;

/** Whether a system is one of the bundle's. @throws ToolkitError (input) where it is no endpoint either */
export function needsBundle(name: string, settings: Pick<Settings, 'serve'>): boolean {
  const own: readonly string[] = BUNDLE_SYSTEMS;
  if (own.includes(name)) return true;
  if (Object.hasOwn(settings.serve.endpoints, name)) return false;
  throw unknownEndpoint(name, own, settings, { what: 'there is no such system', where: '--system' });
}

/**
 * Opens `base` (native calls, no adapter), `decoupled` (selector and argument adapters), both without threshold and fallback, or one of
 * `serve.endpoints`. @param warn told what is not as it should be with the engine
 */
export async function openSuiteSystem(
  context: Context,
  settings: Settings,
  name: string,
  warn: (message: string) => void,
): Promise<SuiteSystem> {
  if (!needsBundle(name, settings)) return endpointSystem(context, settings, name);
  const { parts, close } = await openStepParts(context, settings, { threshold: 0, fallback: 'none', warn });
  const model = name === 'base' ? ({ model: 'base' } as const) : {};
  return {
    makeStep: (request, hooks) => chatStep(parts, { ...request, ...model }, hooks),
    promptFor: (tools) => ({
      limit: parts.contextSize - parts.maxTokens,
      tokens: (turns) => promptTokens(parts, turns, tools),
    }),
    close,
  };
}

function endpointSystem(context: Context, settings: Settings, name: string): SuiteSystem {
  const model = openFallback(context, settings, name);
  if (typeof model === 'string') throw new TypeError(`${name} is no endpoint`);
  return {
    makeStep: (request, { signal }) => askEndpoint(model, request, signal),
    promptFor: () => ({
      limit: ENDPOINT_TOKENS,
      tokens: (turns) => Math.ceil(JSON.stringify(turns).length / CHARACTERS_PER_TOKEN),
    }),
    close: async () => {},
  };
}

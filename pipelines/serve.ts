import { dirname } from 'node:path';
import type { ChatModel } from '../core/chat-model.ts';
import type { Context } from '../core/context.ts';
import { openKnownHashes } from '../core/known-hashes.ts';
import { createRenderer } from '../core/prompt/create-renderer.ts';
import { openBundle } from '../runtime/bundle.ts';
import { checkCanary } from '../runtime/canary.ts';
import { chatStep } from '../runtime/chat/chat-step.ts';
import { unlistedTools } from '../runtime/chat/conversation.ts';
import type { StepParts } from '../runtime/chat/prepared-step.ts';
import { openAiChatModel } from '../runtime/openai-chat-model.ts';
import { checkExposure } from '../runtime/server/access.ts';
import { type RunningServer, type ServerOptions, startServer } from '../runtime/server/start-server.ts';
import { checkThreshold } from '../runtime/threshold.ts';
import { canaryProbes } from './canary-probes.ts';
import { endpointKey } from './endpoint-key.ts';
import { MOST_TOKENS } from './generation-limit.ts';
import { openEngine } from './open-engine.ts';
import { serveHierarchy } from './serve-hierarchy.ts';
import { basePath, type Settings } from './settings.ts';
import { unknownEndpoint } from './unknown-endpoint.ts';
import { bundlePath, cataloguePath, knownHashesPath, stageHash } from './workspace-files.ts';

export interface ServeOptions extends Pick<ServerOptions, 'host' | 'port' | 'apiKey' | 'log'> {
  /** In place of `serve.threshold`. */
  threshold?: number;
  /** In place of `serve.fallback`. */
  fallback?: string;
  /** Reads all files of base and bundle, also those that are as they were when they were last checked. */
  checkFiles?: boolean;
  /** Told what is not as it should be. */
  warn?(message: string): void;
}

/**
 * Serves the bundle of a workspace until it is closed.
 * @throws ToolkitError (input) where the bundle does not belong to the workspace's tools and base, or the settings are wrong
 */
export async function serve(context: Context, settings: Settings, options: ServeOptions): Promise<RunningServer> {
  checkExposure(options.host, options.apiKey);
  const fallback = openFallback(context, settings, options.fallback ?? settings.serve.fallback);
  const threshold = options.threshold ?? settings.serve.threshold;
  const { checkFiles, warn } = options;
  const { parts, close } = await openStepParts(context, settings, { threshold, fallback, checkFiles, warn });
  try {
    const { queue, timeoutSeconds } = settings.serve;
    const { host, port, apiKey, log } = options;
    const step: ServerOptions['step'] = (request, hooks) => chatStep(parts, request, hooks);
    const { parallel } = parts.engine.abilities;
    const server = await startServer({ host, port, apiKey, log, queue, parallel, timeoutSeconds, step });
    return {
      url: server.url,
      async close(graceSeconds) {
        await server.close(graceSeconds);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * What makes steps with the workspace's bundle, on the engine that it asks for, which was seen to keep its adapters apart. `close` ends it.
 * @param warn told where it did not, and reuses nothing between requests
 */
export async function openStepParts(
  context: Context,
  settings: Settings,
  {
    threshold,
    fallback,
    checkFiles = false,
    warn = () => {},
  }: Pick<StepParts, 'threshold' | 'fallback'> & Pick<ServeOptions, 'checkFiles' | 'warn'>,
): Promise<{ parts: StepParts; close(): Promise<void> }> {
  await stageHash(context, 'catalogue', 'discover');
  const known = await openKnownHashes(knownHashesPath(context), { trust: !checkFiles });
  const open = await openBundle({
    folder: dirname(bundlePath(context)),
    base: basePath(context, settings),
    catalogue: cataloguePath(context),
    hash: known.hash,
  });
  await known.save();
  const { adapters, catalogue, prompts, bundle } = open;
  const contextSize = settings.contextLength + MOST_TOKENS;
  const unlisted = unlistedTools(catalogue);
  const renderer = createRenderer({ ...prompts, settings: bundle.prompt.settings, unlisted });
  const engine = await openEngine(context, settings, { ...open, tokenizer: prompts.tokenizer, contextSize });
  try {
    checkThreshold(engine.abilities, threshold);
    const probes = canaryProbes(engine, renderer, adapters, catalogue);
    const warning = await checkCanary(engine, { probes, signal: context.signal });
    if (warning !== undefined) warn(warning);
  } catch (error) {
    await engine.close();
    throw error;
  }
  const hierarchy = serveHierarchy(settings, catalogue.tools);
  const of = { engine, renderer, adapters, catalogue, hierarchy };
  const parts: StepParts = { ...of, contextSize, maxTokens: MOST_TOKENS, threshold, fallback };
  return { parts, close: () => engine.close() };
}

/** Who answers where no candidate is probable enough. @throws ToolkitError (input) where there is none of that name */
export function openFallback(context: Context, settings: Settings, name: string): 'none' | 'base' | ChatModel {
  if (name === 'none' || name === 'base') return name;
  const { endpoints } = settings.serve;
  const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
  if (endpoint === undefined) {
    const about = { what: 'there is no such fallback', where: 'serve.fallback' };
    throw unknownEndpoint(name, ['none', 'base'], settings, about);
  }
  const { baseUrl, model, parameters, timeoutSeconds, tries } = endpoint;
  const apiKey = endpointKey(endpoint, context, `serve.endpoints.${name}`);
  return openAiChatModel({ baseUrl, model, apiKey, parameters, tries, timeoutMs: timeoutSeconds * 1000 });
}

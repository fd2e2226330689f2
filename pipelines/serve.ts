import type { Context } from '../core/context.ts';
import { chatStep } from '../runtime/chat/chat-step.ts';
import { checkExposure } from '../runtime/server/access.ts';
import { type RunningServer, type ServerOptions, startServer } from '../runtime/server/start-server.ts';
import { openFallback } from './open-fallback.ts';
import { openStepParts, type StepOptions } from './open-step-parts.ts';
import type { Settings } from './settings.ts';

export interface ServeOptions
  extends Pick<ServerOptions, 'host' | 'port' | 'apiKey' | 'log'>,
    Pick<StepOptions, 'checkFiles' | 'warn'> {
  /** In place of `serve.threshold`. */
  threshold?: number;
  /** In place of `serve.fallback`. */
  fallback?: string;
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
  await using opening = new AsyncDisposableStack();
  const { parts, close } = await openStepParts(context, settings, { threshold, fallback, checkFiles, warn });
  opening.defer(close);
  const { queue, timeoutSeconds } = settings.serve;
  const { host, port, apiKey, log } = options;
  const step: ServerOptions['step'] = (request, hooks) => chatStep(parts, request, hooks);
  const { parallel } = parts.engine.abilities;
  const server = await startServer({ host, port, apiKey, log, queue, parallel, timeoutSeconds, step });
  const opened = opening.move();
  return {
    url: server.url,
    async close(graceSeconds) {
      await using _ = opened;
      await server.close(graceSeconds);
    },
  };
}

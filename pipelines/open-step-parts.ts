import { dirname } from 'node:path';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import { openKnownHashes } from '../core/known-hashes.ts';
import { createRenderer } from '../core/prompt/create-renderer.ts';
import { openBundle } from '../runtime/bundle.ts';
import { checkCanary } from '../runtime/canary.ts';
import { unlistedTools } from '../runtime/chat/conversation.ts';
import type { StepParts } from '../runtime/chat/prepared-step.ts';
import type { EngineAbilities } from '../runtime/engine.ts';
import { checkThreshold } from '../runtime/threshold.ts';
import { canaryProbes } from './canary-probes.ts';
import { MOST_TOKENS } from './generation-limit.ts';
import { openEngine } from './open-engine.ts';
import { serveHierarchy } from './serve-hierarchy.ts';
import { basePath, type Settings } from './settings.ts';
import { bundlePath, cataloguePath, knownHashesPath, stageHash } from './workspace-files.ts';

export interface StepOptions extends Pick<StepParts, 'threshold' | 'fallback'> {
  /** Reads all files of base and bundle, also those that are as they were when they were last checked. */
  checkFiles?: boolean;
  /** Told what is not as it should be: where the engine does not keep its adapters apart, it reuses nothing between requests. */
  warn?(message: string): void;
}

/**
 * What makes steps with the workspace's bundle, on the engine that it asks for, which was seen to keep its adapters apart. `close` ends it.
 * @throws ToolkitError (input) where the bundle does not belong to the workspace's tools and base, or the engine cannot make its steps
 */
export async function openStepParts(
  context: Context,
  settings: Settings,
  { threshold, fallback, checkFiles = false, warn = () => {} }: StepOptions,
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
  await using opening = new AsyncDisposableStack();
  const engine = await openEngine(context, settings, { ...open, tokenizer: prompts.tokenizer, contextSize });
  opening.defer(() => engine.close());
  checkThreshold(engine.abilities, threshold);
  refuseWithoutGrammar(engine.abilities, settings.engine.name);
  const probes = canaryProbes(engine, renderer, adapters, catalogue);
  const warning = await checkCanary(engine, { probes, signal: context.signal });
  if (warning !== undefined) warn(warning);
  const hierarchy = serveHierarchy(settings, catalogue.tools);
  const of = { engine, renderer, adapters, catalogue, hierarchy };
  const parts: StepParts = { ...of, contextSize, maxTokens: MOST_TOKENS, threshold, fallback };
  const opened = opening.move();
  return { parts, close: () => opened.disposeAsync() };
}

/** Every call's arguments are held to their schema. */
function refuseWithoutGrammar({ grammar }: EngineAbilities, name: string): void {
  if (grammar) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'the engine takes no grammar, and without one no arguments are written',
    where: `engine.${name}`,
    expected: '`structured_outputs` or `guided_grammar`, as in vLLM',
    todo: 'start vLLM with `--structured-outputs-config.backend xgrammar`, or take another engine',
  });
}

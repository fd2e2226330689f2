import { joinErrors, ToolkitError } from '../../../core/errors.ts';
import { adapterFile, type BundlePlace } from '../../../runtime/bundle-adapters.ts';
import type { AdapterFile } from '../../../runtime/engine.ts';
import type { Settings } from '../../settings.ts';
import { otherBundle } from './other-bundle.ts';
import { type ResolvedSystem, resolveSystem } from './resolved-system.ts';
import type { System } from './system-settings.ts';

export interface ResolvedSystems {
  /** In the order of the systems. */
  systems: ResolvedSystem[];
  /** Adapters of other bundles that they may use. */
  more: AdapterFile[];
}

/**
 * Finds what systems are made of, before anything large is opened.
 * @param ours the bundle of the workspace
 * @throws ToolkitError (input) with all that is missing
 */
export async function resolveSystems(
  workspace: string,
  { evaluate, engine }: Pick<Settings, 'evaluate' | 'engine'>,
  chosen: readonly System[],
  ours: BundlePlace,
): Promise<ResolvedSystems> {
  const models = Object.keys(evaluate.models);
  const systems: ResolvedSystem[] = [];
  const more: AdapterFile[] = [];
  const errors: ToolkitError[] = [];
  for (const system of chosen) {
    try {
      const path = 'bundle' in system ? system.bundle : undefined;
      const place = path === undefined ? ours : await openOther(workspace, ours, { path, engine: engine.name });
      systems.push(resolveSystem(system, place, models));
      if (place !== ours) more.push(...place.bundle.adapters.map((adapter) => adapterFile(place, adapter)));
    } catch (error) {
      if (!(error instanceof ToolkitError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw joinErrors('evaluate.systems cannot be made', errors);
  return { systems, more };
}

function openOther(
  workspace: string,
  { bundle }: BundlePlace,
  { path, engine }: { path: string; engine: Settings['engine']['name'] },
): Promise<BundlePlace> {
  if (engine !== 'openai') return otherBundle(workspace, bundle, path);
  throw new ToolkitError({
    kind: 'input',
    what: 'the engine openai serves the adapters of the workspace only, none of another bundle',
    where: 'evaluate.systems in workspace.yaml',
    found: path,
    todo: 'evaluate it with `engine: {name: llama-cpp}`',
  });
}

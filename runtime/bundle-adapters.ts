import { join } from 'node:path';
import { argumentsAdapter } from '../core/arguments-adapter.ts';
import type { Bundle, BundledAdapter } from '../core/bundle.ts';
import { ToolkitError } from '../core/errors.ts';
import type { AdapterFile } from './engine.ts';
import type { TwoStepAdapters } from './two-step.ts';

/** A bundle and its folder, absolute. */
export interface BundlePlace {
  bundle: Bundle;
  folder: string;
}

/** The selector, and of each tool the argument adapter that the bundle has for it. @throws ToolkitError (input) where it has no selector */
export function decoupledAdapters(place: BundlePlace): TwoStepAdapters {
  return {
    selector: adapterOf(place, 'selector'),
    temperature: place.bundle.calibration?.temperature,
    argumentsOf: argumentsOf(place),
  };
}

/** Of each tool the argument adapter that the bundle has for it. */
export function argumentsOf(place: BundlePlace): TwoStepAdapters['argumentsOf'] {
  return (tool) => {
    const adapter = argumentsAdapter(place.bundle, tool);
    return adapter && adapterFile(place, adapter);
  };
}

/** The adapter of a task that has one. @throws ToolkitError (input) where the bundle lacks it */
export function adapterOf(place: BundlePlace, task: 'selector' | 'monolithic'): AdapterFile {
  const adapter = place.bundle.adapters.find((one) => one.task === task);
  if (adapter) return adapterFile(place, adapter);
  throw lackingAdapter(place, task, task);
}

/** Where an adapter of a bundle lies, absolute, and what it has to be. */
export function adapterFile(
  { folder }: Pick<BundlePlace, 'folder'>,
  { name, file, sha256 }: BundledAdapter,
): AdapterFile {
  return { name, path: join(folder, file), sha256 };
}

/** @param recipe what `--recipe` names to train it */
export function lackingAdapter({ bundle, folder }: BundlePlace, what: string, recipe: string): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: `the bundle has no ${what} adapter`,
    where: folder,
    found: bundle.adapters.map(({ name }) => name).join(', ') || 'no adapter',
    todo: `train it (pnpm train --recipe ${recipe}) and run convert`,
  });
}

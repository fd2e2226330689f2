import { sharedArgumentsAdapter } from '../../../core/arguments-adapter.ts';
import { ToolkitError } from '../../../core/errors.ts';
import {
  adapterFile,
  adapterOf,
  argumentsOf,
  type BundlePlace,
  decoupledAdapters,
  lackingAdapter,
} from '../../../runtime/bundle-adapters.ts';
import type { AdapterFile } from '../../../runtime/engine.ts';
import type { TwoStepAdapters } from '../../../runtime/two-step.ts';
import { SELECTORS, type System, WRITERS } from './system-settings.ts';

/** Who selects: the base or another model, which decide as they do without training, or an adapter. */
export type SelectorHalf =
  | { by: 'base' }
  | { by: 'model'; model: string }
  | { by: 'adapters'; adapters: Pick<TwoStepAdapters, 'selector' | 'temperature'> };

/** Who writes arguments: another model, or adapters (for the base alone, none). */
export type WriterHalf =
  | { by: 'model'; model: string }
  | { by: 'adapters'; argumentsOf: TwoStepAdapters['argumentsOf'] };

/** A system whose adapters and models are found. */
export type ResolvedSystem =
  | { kind: 'native'; adapter?: AdapterFile; constrained: boolean }
  | { kind: 'model'; model: string }
  | { kind: 'decoupled'; selector: SelectorHalf; writer: WriterHalf };

/** Whether a system asks the bundle's base or its adapters anything. */
export function usesBase(system: ResolvedSystem): boolean {
  if (system.kind === 'decoupled') return system.selector.by !== 'model' || system.writer.by !== 'model';
  return system.kind === 'native';
}

/**
 * Finds what a system is made of.
 * @param models names of the models that there are
 * @throws ToolkitError (input) where the bundle has no such adapter, naming those that it has
 */
export function resolveSystem(system: System, place: BundlePlace, models: readonly string[]): ResolvedSystem {
  switch (system.kind) {
    case 'base':
      return { kind: 'native', constrained: system.constrained };
    case 'monolithic':
      return { kind: 'native', adapter: adapterOf(place, 'monolithic'), constrained: system.constrained };
    case 'model':
      return { kind: 'model', model: system.model ?? system.name };
    case 'decoupled': {
      const selector = selectorOf(system, place, models);
      return { kind: 'decoupled', selector, writer: writerOf(system, place, models) };
    }
  }
}

type Decoupled = Extract<System, { kind: 'decoupled' }>;

function selectorOf({ name, selector }: Decoupled, place: BundlePlace, models: readonly string[]): SelectorHalf {
  if (selector === 'own') return { by: 'adapters', adapters: decoupledAdapters(place) };
  if (selector === 'base') return { by: 'base' };
  if (models.includes(selector)) return { by: 'model', model: selector };
  throw unknownHalf(`${name}.selector`, selector, [...SELECTORS, ...models]);
}

function writerOf({ name, arguments: writer }: Decoupled, place: BundlePlace, models: readonly string[]): WriterHalf {
  if (writer === 'own') return { by: 'adapters', argumentsOf: argumentsOf(place) };
  if (writer === 'base') return { by: 'adapters', argumentsOf: () => undefined };
  if (models.includes(writer)) return { by: 'model', model: writer };
  const writers = place.bundle.adapters.filter(({ task }) => task === 'arguments');
  const adapter =
    writer === 'shared' ? sharedArgumentsAdapter(place.bundle) : writers.find((one) => one.name === writer);
  if (adapter !== undefined) return { by: 'adapters', argumentsOf: () => adapterFile(place, adapter) };
  if (writer === 'shared') throw lackingAdapter(place, 'shared arguments', 'arguments with `shared:` in the recipe');
  throw unknownHalf(`${name}.arguments`, writer, [...WRITERS, ...models, ...writers.map((one) => one.name)]);
}

function unknownHalf(where: string, found: string, known: readonly string[]): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: 'there is no such adapter in the bundle, and no such model in evaluate.models',
    where: `evaluate.systems: ${where}`,
    expected: `one of ${known.join(', ')}`,
    found,
  });
}

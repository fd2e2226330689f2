import type { Tool } from '../../../core/tool.ts';
import { buildToolIndex, type Hierarchy, listTools } from '../../../runtime/hierarchy.ts';
import { chooseExamples } from './choose-examples.ts';
import { makeSystem, type SystemParts } from './make-system.ts';
import { metered, meteredEngine } from './metered-engine.ts';
import type { OpenModel } from './open-model.ts';
import type { Predict } from './predict.ts';
import type { ResolvedSystem } from './resolved-system.ts';
import { type Shape, shaped } from './shaped.ts';
import type { System } from './system-settings.ts';
import type { Example } from './training-examples.ts';

/** A system that is ready to predict. */
export interface OpenSystem {
  name: string;
  predict: Predict;
  /** So many steps it may make ahead, side by side, as it uses nothing of this machine. */
  ahead?: number;
}

/** What steps are shaped with. */
export interface ShapeParts {
  /** All that may be on offer. */
  tools: readonly Tool[];
  /** Of decoupled systems that say nothing else. */
  hierarchy?: Hierarchy;
  /** To choose from, where a system shows any. */
  examples?: readonly Example[];
  seed: number;
}

/** Puts a system together, its engines metered for it alone. */
export function openSystem(
  system: System,
  resolved: ResolvedSystem,
  { base, models }: SystemParts,
  parts: ShapeParts,
): OpenSystem {
  const engines = [base, ...models.values()].flatMap((model) => (model?.kind === 'local' ? [model] : []));
  const meters = new Map(engines.map((model) => [model, meteredEngine(model.engine)]));
  const own = <M extends OpenModel>(model: M): M =>
    model.kind === 'local' ? { ...model, engine: meters.get(model)!.engine } : model;
  const predict = makeSystem(resolved, {
    base: base && own(base),
    models: new Map([...models].map(([name, model]) => [name, own(model)])),
  });
  const asked = resolved.kind === 'model' ? models.get(resolved.model) : undefined;
  const isRemote = asked?.kind === 'endpoint';
  return {
    name: system.name,
    predict: metered(shaped(predict, shapeOf(system, parts)), isRemote ? [] : [...meters.values()]),
    ...(isRemote && { ahead: asked.concurrency }),
  };
}

function shapeOf({ kind, tools: limit, examples }: System, parts: ShapeParts): Shape {
  const hierarchy =
    limit === undefined
      ? kind === 'decoupled'
        ? parts.hierarchy
        : undefined
      : { index: buildToolIndex(parts.tools), limit, small: limit };
  return {
    list: hierarchy && ((messages, tools) => listTools(hierarchy, messages, tools)),
    examples: examples && chooseExamples(examples, parts.examples ?? [], parts.seed),
  };
}

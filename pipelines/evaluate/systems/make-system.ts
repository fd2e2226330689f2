import { predictNative } from '../../../runtime/native.ts';
import { predictNativeConstrained } from '../../../runtime/native-constrained.ts';
import { predictTwoStep } from '../../../runtime/two-step.ts';
import { askForCall } from './ask-for-call.ts';
import type { LocalModel, OpenModel } from './open-model.ts';
import type { Predict } from './predict.ts';
import { predictHalves } from './predict-halves.ts';
import type { ResolvedSystem, SelectorHalf, WriterHalf } from './resolved-system.ts';
import { selectByAdapter, selectByModel } from './selector-halves.ts';
import { writeByAdapters, writeByModel } from './writer-halves.ts';

/** What systems are made of. */
export interface SystemParts {
  /** The bundle's base, which adapters work on; absent where no system uses it. */
  base?: LocalModel;
  /** Those of `evaluate.models` that the system asks, by name. */
  models: ReadonlyMap<string, OpenModel>;
}

/**
 * Makes a system. Each sees the same messages and tools, under the same limits.
 * - native: one model writes the whole call, the base or a monolithic adapter; constrained: the call is decoded as decoupled ones are
 * - model: the same by another model; behind an endpoint by the endpoint's own tools
 * - decoupled: one half selects the tool, the other one writes the arguments
 */
export function makeSystem(system: ResolvedSystem, { base, models }: SystemParts): Predict {
  switch (system.kind) {
    case 'native': {
      const { adapter, constrained } = system;
      const { engine, renderer, allTools } = base!;
      if (!constrained) return (...step) => predictNative(engine, renderer, adapter, ...step);
      return (...step) => predictNativeConstrained(engine, allTools, adapter, ...step);
    }
    case 'model': {
      const model = models.get(system.model)!;
      if (model.kind === 'endpoint') return (messages, tools) => askForCall(model, messages, tools);
      return (...step) => predictNative(model.engine, model.renderer, undefined, ...step);
    }
    case 'decoupled':
      return decoupled(system.selector, system.writer, { base, models });
  }
}

function decoupled(selector: SelectorHalf, writer: WriterHalf, { base, models }: SystemParts): Predict {
  if (selector.by === 'adapters' && writer.by === 'adapters') {
    const { engine, renderer } = base!;
    const adapters = { ...selector.adapters, argumentsOf: writer.argumentsOf };
    return (...step) => predictTwoStep(engine, renderer, adapters, ...step);
  }
  const select =
    selector.by === 'adapters'
      ? selectByAdapter(base!, selector.adapters)
      : selectByModel(selector.by === 'base' ? base! : models.get(selector.model)!);
  const write =
    writer.by === 'adapters' ? writeByAdapters(base!, writer.argumentsOf) : writeByModel(models.get(writer.model)!);
  return (...step) => predictHalves(select, write, ...step);
}

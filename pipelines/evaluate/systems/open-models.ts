import type { Context } from '../../../core/context.ts';
import { joinErrors, ToolkitError } from '../../../core/errors.ts';
import type { Settings } from '../../settings.ts';
import { modelsOf } from './chosen-systems.ts';
import { type ModelLimits, type OpenModel, openModel } from './open-model.ts';
import type { System } from './system-settings.ts';

/**
 * Opens the models that systems ask, by name; each is opened once, so that what one system asked serves the others.
 * @param open what ends them
 * @throws ToolkitError with all that is missing
 */
export async function openModels(
  context: Context,
  { evaluate: { models } }: Pick<Settings, 'evaluate'>,
  { chosen, limits }: { chosen: readonly System[]; limits: ModelLimits },
  open: AsyncDisposableStack,
): Promise<Map<string, OpenModel>> {
  const names = new Set(chosen.flatMap((system) => modelsOf(system, models)));
  const found = new Map<string, OpenModel>();
  const errors: ToolkitError[] = [];
  for (const name of names) {
    try {
      const model = await openModel(context, name, models[name]!, limits);
      if (model.kind === 'local') open.defer(() => model.engine.close());
      found.set(name, model);
    } catch (error) {
      if (!(error instanceof ToolkitError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw joinErrors('evaluate.models cannot be opened', errors);
  return found;
}

import { ToolkitError } from '../../core/errors.ts';
import { chosenSystems } from '../evaluate/systems/chosen-systems.ts';
import type { System } from '../evaluate/systems/system-settings.ts';
import type { Settings } from '../settings.ts';
import type { BfclChoice } from './bfcl-choice.ts';

/**
 * The systems that are asked.
 * @throws ToolkitError (input) where one shows examples or lists fewer tools: each question has functions of its own, of which the workspace knows none
 */
export function bfclSystems(settings: Pick<Settings, 'evaluate'>, { systems }: BfclChoice): System[] {
  const chosen = chosenSystems(settings, systems);
  const shaped = chosen.filter(({ examples, tools }) => examples !== undefined || tools !== undefined);
  if (shaped.length === 0) return chosen;
  throw new ToolkitError({
    kind: 'input',
    what: 'BFCL has functions of its own: there are no examples of them, and few of them to choose from',
    where: 'evaluate.systems in workspace.yaml',
    expected: 'systems without `examples` and `tools`',
    found: shaped.map(({ name }) => name).join(', '),
    todo: 'choose others by --system',
  });
}

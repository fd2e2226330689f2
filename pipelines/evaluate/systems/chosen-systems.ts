import { ToolkitError } from '../../../core/errors.ts';
import { nearest } from '../../../core/nearest.ts';
import type { Settings } from '../../settings.ts';
import { systemOf } from '../evaluate-settings.ts';
import { READY_SYSTEMS, type System } from './system-settings.ts';

/**
 * The systems to evaluate.
 * @param names of ready or declared ones; absent: all of the settings
 * @throws ToolkitError (input) where there is no such system
 */
export function chosenSystems({ evaluate }: Pick<Settings, 'evaluate'>, names?: readonly string[]): System[] {
  const declared = evaluate.systems.map(systemOf);
  if (names === undefined) return declared;
  const all = new Map([...Object.values(READY_SYSTEMS), ...declared].map((system) => [system.name, system]));
  return names.map((name) => {
    const system = all.get(name);
    if (system !== undefined) return system;
    const near = nearest(name, [...all.keys()]);
    throw new ToolkitError({
      kind: 'input',
      what: 'there is no such system',
      where: 'evaluate.systems in workspace.yaml',
      expected: `one of ${[...all.keys()].join(', ')}`,
      found: name,
      todo: near === undefined ? undefined : `did you mean \`${near}\`?`,
    });
  });
}

/** Names of the models of `evaluate.models` that a system asks. */
export function modelsOf(system: System, models: Settings['evaluate']['models']): string[] {
  const named =
    system.kind === 'model'
      ? [system.model ?? system.name]
      : system.kind === 'decoupled'
        ? [system.selector, system.arguments]
        : [];
  return [...new Set(named.filter((name) => Object.hasOwn(models, name)))];
}

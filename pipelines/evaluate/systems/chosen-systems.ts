import { ToolkitError } from '../../../core/errors.ts';
import { nearest } from '../../../core/nearest.ts';
import type { Settings } from '../../settings.ts';
import { systemOf } from '../evaluate-settings.ts';
import { READY_SYSTEMS, type System } from './system-settings.ts';

/**
 * The systems to evaluate.
 * @param names of ready or declared ones; absent: all of the settings
 * @throws ToolkitError (input) where there is no such system, or one is named twice: its cases would count twice
 */
export function chosenSystems({ evaluate }: Pick<Settings, 'evaluate'>, names?: readonly string[]): System[] {
  const declared = evaluate.systems.map(systemOf);
  if (names === undefined) return declared;
  const all = new Map([...Object.values(READY_SYSTEMS), ...declared].map((system) => [system.name, system]));
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) throw wrongName(twice, 'a system is named twice', { expected: 'each system once' });
  return names.map((name) => all.get(name) ?? refuseUnknown(name, [...all.keys()]));
}

function refuseUnknown(name: string, known: readonly string[]): never {
  const parts = name.split(',');
  const near = nearest(name, known);
  const todo =
    parts.length > 1 ? `divide names by spaces: --system ${parts.join(' ')}` : near && `did you mean \`${near}\`?`;
  throw wrongName(name, 'there is no such system', {
    expected: `one of ${known.join(', ')}; others are declared in evaluate.systems of workspace.yaml`,
    todo,
  });
}

function wrongName(found: string, what: string, details: { expected: string; todo?: string }): ToolkitError {
  return new ToolkitError({ kind: 'input', what, where: '--system', found, ...details });
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

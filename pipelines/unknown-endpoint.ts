import { ToolkitError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { Settings } from './settings.ts';

/**
 * The error about a name that is neither one of the toolkit's own nor one of `serve.endpoints`.
 * @param about what there is not, and where it was named
 */
export function unknownEndpoint(
  name: string,
  own: readonly string[],
  { serve: { endpoints } }: Pick<Settings, 'serve'>,
  about: { what: string; where: string },
): ToolkitError {
  const names = [...own, ...Object.keys(endpoints)];
  const near = nearest(name, names);
  return new ToolkitError({
    kind: 'input',
    ...about,
    expected: names.join(', '),
    found: name,
    todo: near === undefined ? 'add it to `serve.endpoints` in workspace.yaml' : `did you mean ${near}?`,
  });
}

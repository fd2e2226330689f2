import { ToolkitError } from '../../core/errors.ts';

/** What is told where the workspace of a measurement holds other settings than it would be given now. */
export function olderRun(where: string): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: 'this run has other settings of the demo: an older version began it, or they were changed',
    where,
    todo: 'delete the folder, or choose another --workspace',
  });
}

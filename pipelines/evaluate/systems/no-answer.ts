import type { ToolkitError } from '../../../core/errors.ts';

/** An endpoint gave no answer to one request although it was tried again: nothing is known of what the model would have done. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  override readonly cause: ToolkitError;

  constructor(cause: ToolkitError) {
    super(cause.details.what);
    this.cause = cause;
  }
}

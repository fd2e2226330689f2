/** A request that cannot be answered as it is: the one who sent it has to change it. */
export class UnfitRequest extends Error {
  override readonly name = 'UnfitRequest';
  /** For programs, in the manner of OpenAI's API. */
  readonly code: string | null;

  constructor(what: string, code: string | null = null) {
    super(what);
    this.code = code;
  }
}

const FIRST = 1024;

/** A list of whole numbers below 2³² that grows, with four bytes for each. */
export class NumberColumn {
  #values = new Uint32Array(FIRST);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A view, good until the next push that makes the list grow. */
  get values(): Uint32Array {
    return this.#values.subarray(0, this.#length);
  }

  push(value: number): void {
    // Nothing is left behind for the garbage collector, which does not come by in a long loop over numbers.
    if (this.#length === this.#values.length)
      this.#values = new Uint32Array(this.#values.buffer.transfer(2 * this.#values.byteLength));
    this.#values[this.#length] = value;
    this.#length += 1;
  }
}

/** The numbers below a limit for which something holds. */
export function numbersWhere(limit: number, holds: (number: number) => boolean): Uint32Array {
  const found = new NumberColumn();
  for (let number = 0; number < limit; number++) if (holds(number)) found.push(number);
  return found.values;
}

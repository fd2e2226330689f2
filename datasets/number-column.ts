const FIRST = 1024;

/** A list of whole numbers below 2³² that grows, with four bytes for each. */
export class NumberColumn {
  #values = new Uint32Array(FIRST);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A view, good until the next push. */
  get values(): Uint32Array {
    return this.#values.subarray(0, this.#length);
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Uint32Array(2 * this.#length);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }
}

import { hash } from 'node:crypto';

const FIRST_SLOTS = 1024;
const MAX_LOAD = 0.7;

/**
 * Numbers texts in the order in which they first come, and keeps 8 bytes of each one's sha256 instead of the text: among a million texts
 * the chance that two are taken for one is 3 in 10⁸.
 */
export class Fingerprints {
  #keys = new Uint32Array(2 * FIRST_SLOTS);
  /** One more than the number; 0 where the slot is free. */
  #numbers = new Uint32Array(FIRST_SLOTS);
  #size = 0;

  /** How many different texts there were. */
  get size(): number {
    return this.#size;
  }

  numberOf(text: string): number {
    const digest = hash('sha256', text, 'buffer');
    const [low, high] = [digest.readUInt32LE(0), digest.readUInt32LE(4)];
    const slot = this.#slotOf(low, high);
    if (this.#numbers[slot] === 0) {
      this.#size += 1;
      this.#fill(slot, low, high, this.#size);
      if (this.#size > MAX_LOAD * this.#numbers.length) this.#grow();
      return this.#size - 1;
    }
    return this.#numbers[slot]! - 1;
  }

  /** Whether the text comes for the first time. */
  isNew(text: string): boolean {
    return this.#size === this.numberOf(text);
  }

  #slotOf(low: number, high: number): number {
    const mask = this.#numbers.length - 1;
    let slot = low & mask;
    while (this.#numbers[slot] !== 0 && (this.#keys[2 * slot] !== low || this.#keys[2 * slot + 1] !== high))
      slot = (slot + 1) & mask;
    return slot;
  }

  #fill(slot: number, low: number, high: number, number: number): void {
    this.#keys[2 * slot] = low;
    this.#keys[2 * slot + 1] = high;
    this.#numbers[slot] = number;
  }

  #grow(): void {
    const [keys, numbers] = [this.#keys, this.#numbers];
    this.#keys = new Uint32Array(2 * keys.length);
    this.#numbers = new Uint32Array(2 * numbers.length);
    for (const [slot, number] of numbers.entries()) {
      if (number === 0) continue;
      const [low, high] = [keys[2 * slot]!, keys[2 * slot + 1]!];
      this.#fill(this.#slotOf(low, high), low, high, number);
    }
    free(keys, numbers);
  }

  /** Gives the memory back at once: the garbage collector does not come by in a long loop over numbers. No text can be looked up after that. */
  free(): void {
    free(this.#keys, this.#numbers);
  }
}

function free(...arrays: Uint32Array<ArrayBuffer>[]): void {
  for (const { buffer } of arrays) buffer.transfer(0);
}

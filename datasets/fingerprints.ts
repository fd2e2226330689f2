import { hash } from 'node:crypto';

const FIRST_SLOTS = 1024;
const MAX_LOAD = 0.7;

/**
 * Remembers texts by 8 bytes of their sha256: among a million texts the chance that two are taken for one is 3 in 10⁸. Where it is
 * `numbered`, it numbers them in the order in which they first come, in 4 bytes more.
 */
export class Fingerprints {
  /** Two for each slot, the first one 0 where the slot is free. */
  #keys = new Uint32Array(2 * FIRST_SLOTS);
  #numbers: Uint32Array<ArrayBuffer> | undefined;
  #size = 0;

  constructor({ numbered }: { numbered: boolean }) {
    if (numbered) this.#numbers = new Uint32Array(FIRST_SLOTS);
  }

  /** How many different texts there were. */
  get size(): number {
    return this.#size;
  }

  /** Whether the text comes for the first time. */
  isNew(text: string): boolean {
    const before = this.#size;
    this.#slotFor(text);
    return this.#size > before;
  }

  numberOf(text: string): number {
    const slot = this.#slotFor(text);
    if (this.#numbers === undefined) throw new RangeError('these fingerprints are not numbered');
    return this.#numbers[slot]!;
  }

  /** Gives the memory back at once: the garbage collector does not come by in a long loop over numbers. No text can be looked up after that. */
  free(): void {
    free(this.#keys);
    if (this.#numbers) free(this.#numbers);
  }

  /** The slot of a text, which takes a free one where it is new. */
  #slotFor(text: string): number {
    if (this.#size >= MAX_LOAD * (this.#keys.length / 2)) this.#grow();
    const digest = hash('sha256', text, 'buffer');
    const [low, high] = [digest.readUInt32LE(0) || 1, digest.readUInt32LE(4)];
    const slot = this.#find(low, high);
    if (this.#keys[2 * slot] === 0) {
      this.#put(slot, low, high, this.#size);
      this.#size += 1;
    }
    return slot;
  }

  #find(low: number, high: number): number {
    const mask = this.#keys.length / 2 - 1;
    let slot = low & mask;
    while (this.#keys[2 * slot] !== 0 && (this.#keys[2 * slot] !== low || this.#keys[2 * slot + 1] !== high))
      slot = (slot + 1) & mask;
    return slot;
  }

  #put(slot: number, low: number, high: number, number: number): void {
    this.#keys[2 * slot] = low;
    this.#keys[2 * slot + 1] = high;
    if (this.#numbers) this.#numbers[slot] = number;
  }

  #grow(): void {
    const [keys, numbers] = [this.#keys, this.#numbers];
    this.#keys = new Uint32Array(2 * keys.length);
    if (numbers) this.#numbers = new Uint32Array(2 * numbers.length);
    for (let slot = 0; 2 * slot < keys.length; slot++) {
      const [low, high] = [keys[2 * slot]!, keys[2 * slot + 1]!];
      if (low !== 0) this.#put(this.#find(low, high), low, high, numbers?.[slot] ?? 0);
    }
    free(keys);
    if (numbers) free(numbers);
  }
}

function free({ buffer }: Uint32Array<ArrayBuffer>): void {
  buffer.transfer(0);
}

/** Four bytes of a text's sha256: enough to tell apart the few texts that something else already brings together. */
export function shortPrint(text: string): number {
  return hash('sha256', text, 'buffer').readUInt32LE(0);
}

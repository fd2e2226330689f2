/** A slot of the server: one cache of a prompt. */
export interface Slot {
  readonly id: number;
  /** Whether what its cache holds is of no use: another's, or unknown. */
  spoilt: boolean;
  /** What its cache holds at most… */
  tokens: readonly number[];
  /** …of which so many first tokens were computed by the base, where activated adapters share the slot. */
  base: number;
}

/** Slots by their users, the base or adapters. The least recently used is given to a user that has none. */
export class Slots {
  /** In the order of use, oldest first. */
  readonly #used = new Map<string, Slot>();
  readonly #free: number[];

  constructor(count: number) {
    this.#free = Array.from({ length: count }, (_, id) => id);
  }

  take(user: string): Slot {
    const slot = this.#used.get(user) ?? this.#assign();
    this.#used.delete(user);
    this.#used.set(user, slot);
    return slot;
  }

  #assign(): Slot {
    let id = this.#free.shift();
    if (id === undefined) {
      const [oldest, slot] = this.#used.entries().next().value!;
      this.#used.delete(oldest);
      id = slot.id;
    }
    return { id, spoilt: true, tokens: [], base: 0 };
  }
}

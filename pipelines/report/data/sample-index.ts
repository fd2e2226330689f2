import type { Split } from '../../../core/sample.ts';
import { SPLITS } from '../../../datasets/fate.ts';
import { Fingerprints } from '../../../datasets/fingerprints.ts';
import { NumberColumn } from '../../../datasets/number-column.ts';

/** Which traces have samples, and in which split: some 20 bytes for each. */
export class SampleIndex {
  readonly #ids = new Fingerprints({ numbered: true });
  readonly #splits = new NumberColumn();
  readonly #taken = new Fingerprints({ numbered: false });

  add(trace: string, split: Split): void {
    if (this.#ids.numberOf(trace) === this.#splits.length) this.#splits.push(SPLITS.indexOf(split));
  }

  /** The split of the next trace with this id. Of several with one id only the first has samples: the others get `undefined`. */
  take(trace: string): Split | undefined {
    if (!this.#taken.isNew(trace)) return undefined;
    const number = this.#ids.numberOf(trace);
    return number < this.#splits.length ? SPLITS[this.#splits.values[number]!] : undefined;
  }
}

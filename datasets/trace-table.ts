import { intoBuckets } from './buckets.ts';
import { Fingerprints, shortPrint } from './fingerprints.ts';
import { NumberColumn } from './number-column.ts';
import { TokenSets } from './token-sets.ts';
import type { TraceColumns } from './trace-columns.ts';
import type { TraceEntry } from './trace-entry.ts';

const NOTHING: ReadonlySet<string> = new Set();

/** What dedupe and split need to know of all traces, by number: some 170 bytes for each, so that a million fit into memory. */
export class TraceTable {
  readonly #queries = new TokenSets();
  readonly #families = new Fingerprints({ numbered: true });
  readonly #familyOf = new NumberColumn();
  readonly #sequenceOf = new NumberColumn();
  readonly #labelSets = new Map<string, number>();
  readonly #labelsOf = new NumberColumn();
  readonly #calls = new Fingerprints({ numbered: true });
  readonly #uses = { traces: new NumberColumn(), calls: new NumberColumn() };
  /** Queries together with their calls. */
  readonly #wholes = new Fingerprints({ numbered: false });
  readonly #repeats = new NumberColumn();

  static from(entries: Iterable<TraceEntry>): TraceTable {
    const table = new TraceTable();
    for (const entry of entries) table.add(entry);
    return table;
  }

  /** Of a trace with the query and the calls of an earlier one only that is noted. */
  add({ family, query, calls, sequence, labels }: TraceEntry): void {
    const trace = this.#familyOf.length;
    const isNew = this.#wholes.isNew([sequence, ...query].join('\n'));
    if (!isNew) this.#repeats.push(trace);
    this.#queries.add(isNew ? query : NOTHING);
    for (const call of isNew ? calls : []) {
      this.#uses.traces.push(trace);
      this.#uses.calls.push(this.#calls.numberOf(call));
    }
    this.#familyOf.push(this.#families.numberOf(family));
    this.#sequenceOf.push(shortPrint(sequence));
    const key = JSON.stringify(labels);
    if (!this.#labelSets.has(key)) this.#labelSets.set(key, this.#labelSets.size);
    this.#labelsOf.push(this.#labelSets.get(key)!);
  }

  /** What was added, to be read; nothing can be added from then on. */
  columns(): TraceColumns {
    const { traces, calls } = this.#uses;
    const labelSets = [...this.#labelSets.keys()].map((key) => JSON.parse(key) as string[]);
    const labelsOf = this.#labelsOf.values;
    for (const texts of [this.#families, this.#calls, this.#wholes]) texts.free();
    return {
      count: this.#familyOf.length,
      queries: this.#queries.view(),
      families: { count: this.#families.size, of: this.#familyOf.values },
      sequenceOf: this.#sequenceOf.values,
      labelsOf: (trace) => labelSets[labelsOf[trace]!]!,
      callsOf: intoBuckets(this.#familyOf.length, traces.values, calls.values),
      tracesOf: intoBuckets(this.#calls.size, calls.values, traces.values),
      repeats: this.#repeats.values,
    };
  }
}

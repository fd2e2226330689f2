/** Counts by two properties. */
export class CrossTable {
  readonly #counts = new Map<string, Map<string, number>>();

  add(row: string, column: string): void {
    const counts = this.#counts.get(row) ?? new Map<string, number>();
    this.#counts.set(row, counts);
    counts.set(column, (counts.get(column) ?? 0) + 1);
  }

  /** In alphabetical order. */
  get rows(): string[] {
    return [...this.#counts.keys()].sort();
  }

  count(row: string, column: string): number {
    return this.#counts.get(row)?.get(column) ?? 0;
  }

  /** All in a row, or in the table. */
  total(row?: string): number {
    const rows = row === undefined ? [...this.#counts.values()] : [this.#counts.get(row) ?? new Map<string, number>()];
    return rows.flatMap((counts) => [...counts.values()]).reduce((sum, count) => sum + count, 0);
  }
}

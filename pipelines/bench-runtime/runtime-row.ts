/** A figure of `pnpm bench runtime`: passed where `ratio` is at least `target`. */
export interface RuntimeRow {
  name: string;
  ratio: number;
  target: number;
  /** What nothing can exceed; null where there is no such bound. */
  limit: number | null;
  pass: boolean;
  /** What was measured, and how. */
  note: string;
}

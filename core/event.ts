/** What a stage tells while it works. The CLI draws it, `--json` prints it, tests assert on it. */
export type StageEvent =
  | { type: 'start'; stage: string; total?: number; resumed?: number }
  | { type: 'progress'; stage: string; done: number; total?: number; note?: string }
  /** Said before anything is fetched; `bytes` is what the whole has. */
  | { type: 'download'; stage: string; what: string; bytes: number }
  /** Measurements on the way, for example of a training step. */
  | { type: 'data'; stage: string; data: Record<string, unknown> }
  | { type: 'warning'; stage: string; message: string }
  | { type: 'skipped'; stage: string; reason: string }
  | { type: 'done'; stage: string; folder: string; counts: Record<string, number> };

export type StageEvents = AsyncGenerator<StageEvent, void, undefined>;

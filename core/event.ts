/** What a stage tells while it works. The CLI draws it, `--json` prints it, tests assert on it. */
export type StageEvent =
  /** Said before several parts are made, each of which then tells its own events under its own name; costs are in any unit. */
  | { type: 'parts'; stage: string; parts: { stage: string; cost: number }[] }
  | { type: 'start'; stage: string; total?: number; resumed?: number }
  | { type: 'progress'; stage: string; done: number; total?: number; note?: string }
  /** Said before anything is fetched; `bytes` is what the whole has. */
  | { type: 'download'; stage: string; what: string; bytes: number }
  /** Measurements on the way, for example of a training step. */
  | { type: 'data'; stage: string; data: Record<string, unknown> }
  | { type: 'warning'; stage: string; message: string }
  | { type: 'skipped'; stage: string; reason: string }
  /** One of several parts cannot be made; the others go on, and the whole fails at its end. */
  | { type: 'failed'; stage: string; message: string }
  | { type: 'done'; stage: string; folder: string; counts: Record<string, number> };

export type StageEvents = AsyncGenerator<StageEvent, void, undefined>;

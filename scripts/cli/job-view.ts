import { EOL } from 'node:os';
import { styleText } from 'node:util';
import type { StageEvent } from '../../core/event.ts';
import { JobBoard, type JobState } from '../../pipelines/train/watch/job-board.ts';
import { jobLines, jobSummary } from './job-lines.ts';
import { safeText } from './safe-text.ts';

/** How often the live view is drawn at most, and at least: time goes on in long steps too. */
const LIVE_MS = { most: 100, least: 1000 };
/** How often a line tells how far all jobs are, where the output is no terminal. */
const LOG_MS = 30_000;
/** What the list takes of a line, to the left and to the right of ours. */
const MARGIN = 6;
/** Lines of the list beside its titles. */
const SPARE_LINES = 4;
/** Where the output is no terminal. */
const LOG_WIDTH = 120;

const COLOURS: Record<JobState, Parameters<typeof styleText>[0]> = {
  waiting: 'dim',
  training: 'cyan',
  validating: 'cyan',
  done: 'green',
  failed: 'red',
  interrupted: 'yellow',
  skipped: 'dim',
};

export interface JobViewOptions {
  stream: NodeJS.WriteStream;
  /** Whether what was written before can be overwritten. */
  live: boolean;
  /** Titles that stand around the view. */
  titles: number;
  /** Overwrites what it was given before, or writes a line below it. */
  write: (text: string) => void;
}

/** Shows all jobs of a training at once: live, a line for each job; else, as a line now and then. */
export class JobView {
  readonly #board = new JobBoard();
  readonly #options: JobViewOptions;
  #last = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #redraw = () => this.#draw(Date.now());

  constructor(options: JobViewOptions) {
    this.#options = options;
  }

  /** @returns whether the event is shown, so that nobody else has to */
  takes(event: StageEvent): boolean {
    const now = Date.now();
    if (!this.#board.apply(event, now)) return false;
    if (!this.#options.live) return this.#log(event, now);
    if (event.type === 'parts') this.#watch();
    if (now - this.#last >= LIVE_MS.most) this.#draw(now);
    return true;
  }

  /** Nothing more comes. */
  end(): void {
    clearInterval(this.#timer);
    this.#options.stream.off('resize', this.#redraw);
    this.#board.end();
  }

  /** How all jobs ended, if any was at work: a line for each that was not skipped. */
  get final(): string[] {
    const rows = this.#board.rows.filter(({ state }) => state !== 'skipped');
    if (rows.length === 0) return [];
    const width = (this.#options.live && this.#options.stream.columns) || LOG_WIDTH;
    return jobLines(this.#board, {
      width: width - 1,
      height: Number.POSITIVE_INFINITY,
      now: Date.now(),
      paint: this.#paint,
    });
  }

  #watch(): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(this.#redraw, LIVE_MS.least).unref();
    this.#options.stream.off('resize', this.#redraw).on('resize', this.#redraw);
  }

  #draw(now: number): void {
    this.#last = now;
    const { columns, rows } = this.#options.stream;
    const width = columns - MARGIN;
    const height = Math.max(1, rows - this.#options.titles - SPARE_LINES);
    this.#options.write(jobLines(this.#board, { width, height, now, paint: this.#paint }).join(EOL));
  }

  /** A state that a job has come to is told at once; how far all are, now and then. */
  #log(event: StageEvent, now: number): boolean {
    if (event.type === 'failed') this.#options.write(safeText(`${event.stage}: failed: ${event.message}`));
    if (event.type === 'done') {
      const how = 'adopted' in event.counts ? 'taken over from its earlier name' : 'done';
      this.#options.write(`${event.stage}: ${how}; ${jobSummary(this.#board, now)}`);
    }
    if (event.type === 'progress' || event.type === 'data') {
      if (now - this.#last < LOG_MS) return true;
      this.#last = now;
      const atWork = this.#board.rows.filter(({ state }) => state === 'training' || state === 'validating');
      const each = atWork.map(
        ({ name, step, total, loss }) =>
          `${name} ${step}/${total}${loss === undefined ? '' : ` loss ${loss.toFixed(3)}`}`,
      );
      this.#options.write(`${[jobSummary(this.#board, now), ...each].join('; ')}`);
    }
    return event.type !== 'start' && event.type !== 'warning';
  }

  readonly #paint = (state: JobState, text: string): string =>
    this.#options.live ? styleText(COLOURS[state], text, { stream: this.#options.stream }) : text;
}

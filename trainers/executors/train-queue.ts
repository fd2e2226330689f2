import { ToolkitError } from '../../core/errors.ts';
import type { TrainerEvent } from '../events.ts';
import type { Trainer } from '../trainer.ts';
import { endLeftovers } from './end-leftovers.ts';
import type { Executor, WorkersRun } from './executor.ts';
import { openQueue, type Queue } from './queue-folder.ts';
import type { WorkerEnd } from './worker-end.ts';

export interface QueuedJob {
  name: string;
  /** Of its job.json. */
  path: string;
}

export interface QueueOptions {
  trainer: Trainer;
  executor: Executor;
  /** At most so many side by side. */
  workers: number;
  /** Where queues lie: on a file system that all workers see. */
  folder: string;
}

export interface QueueRun extends Omit<WorkersRun, 'trainer' | 'queue' | 'onWait'> {
  /** A job that ended without telling its error, or all that are left where no worker can be had. */
  onFailure: (error: ToolkitError) => void;
  /** What was repaired: a job whose worker died is trained again. */
  onWarning?: (job: string, message: string) => void;
  patienceSeconds?: number;
}

/** A job may lose its worker so often without having come further; in company, whose fault it may be, it is trained alone from then on. */
const MOST_DEATHS = 2;
/** And so many workers may die without a job, for each worker that is wanted. */
const MOST_IDLE_DEATHS = 2;

/**
 * Trains jobs, the first first, by workers that take one after another from a queue. A worker that dies is replaced, and its job goes on
 * from its last checkpoint; a job that killed two workers fails, and the others go on, also those that shared its steps. Ends when no
 * worker is left.
 */
export async function trainQueue(jobs: readonly QueuedJob[], options: QueueOptions, run: QueueRun): Promise<void> {
  if (jobs.length === 0) return;
  await endLeftovers(options.folder, { signal: run.signal, onWait: (text) => run.onWarning?.(jobs[0]!.name, text) });
  const paths = jobs.map(({ path }) => path);
  const queue = await openQueue(options.folder, paths, run.patienceSeconds);
  try {
    await new Supervisor(jobs, queue, options, run).work();
  } finally {
    await queue.remove();
  }
}

interface JobState extends QueuedJob {
  ended: boolean;
  /** Workers that it lost since it last came further, or has been trained alone. */
  deaths: number;
  alone: boolean;
  /** The step from which it last started. */
  resumed: number;
}

class Supervisor {
  readonly #jobs: JobState[];
  readonly #queue: Queue;
  readonly #options: QueueOptions;
  readonly #run: QueueRun;
  readonly #stop = new AbortController();
  readonly #working = new Map<number, Promise<{ worker: number; end: WorkerEnd }>>();
  #started = 0;
  #idleDeaths = 0;
  /** Why the last worker without a job was lost. */
  #reason: ToolkitError | undefined;

  constructor(jobs: readonly QueuedJob[], queue: Queue, options: QueueOptions, run: QueueRun) {
    this.#jobs = jobs.map((job) => ({ ...job, ended: false, deaths: 0, alone: false, resumed: 0 }));
    [this.#queue, this.#options, this.#run] = [queue, options, run];
  }

  async work(): Promise<void> {
    const { signal } = this.#run;
    const stop = () => this.#end();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) return;
    try {
      this.#start(Math.min(this.#options.workers, this.#jobs.length));
      while (this.#working.size > 0) {
        const { worker, end } = await Promise.race(this.#working.values());
        this.#working.delete(worker);
        if (!this.#stop.signal.aborted && (await this.#settle(worker, end))) this.#start(1);
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
    if (!signal.aborted) this.#failRest();
  }

  #start(count: number): void {
    const { trainer, executor } = this.#options;
    const workers = Array.from({ length: count }, (_, at) => this.#started + at);
    this.#started += count;
    const ends = executor.start(workers, {
      trainer,
      queue: this.#queue.folder,
      env: this.#run.env,
      signal: this.#stop.signal,
      onEvent: (event) => this.#hear(event),
      onLog: this.#run.onLog,
      onWait: (text) => this.#tellWait(text),
    });
    for (const [at, worker] of workers.entries()) {
      this.#working.set(
        worker,
        ends[at]!.then((end) => ({ worker, end })),
      );
    }
  }

  #tellWait(text: string): void {
    const next = this.#jobs.find(({ ended }) => !ended);
    if (next !== undefined) this.#run.onWarning?.(next.name, text);
  }

  #hear(event: TrainerEvent): void {
    // A job that cannot be read is told by its path.
    const job = this.#jobs.find(({ name, path }) => name === event.job || path === event.job);
    if (job === undefined || job.ended) return;
    if (event.event === 'start') {
      if (event.resumed > job.resumed) job.deaths = 0;
      job.resumed = event.resumed;
    }
    this.#run.onEvent({ ...event, job: job.name });
    if (event.event === 'done' || event.event === 'error') this.#close(job);
  }

  #close(job: JobState): void {
    job.ended = true;
    // Workers that still wait for a machine are not needed any more.
    if (this.#jobs.every(({ ended }) => ended)) this.#end();
  }

  #end(): void {
    this.#stop.abort();
    void this.#queue.close().catch(() => {}); // `remove` does it again
  }

  /** @returns whether another worker is to be started in the place of one that ended */
  async #settle(worker: number, end: WorkerEnd): Promise<boolean> {
    const inHand = (await this.#queue.takenBy(worker)).filter((at) => !this.#jobs[at]!.ended);
    for (const at of inHand) await this.#lose(at, worker, end, inHand.length > 1);
    if (end.how === 'finished') return false;
    if (inHand.length === 0) {
      this.#reason = end.error;
      this.#idleDeaths += 1;
      if (end.how === 'failed' || this.#idleDeaths > MOST_IDLE_DEATHS * this.#options.workers) return false;
    }
    return this.#queue.hasWaiting();
  }

  async #lose(at: number, worker: number, end: WorkerEnd, inCompany: boolean): Promise<void> {
    const job = this.#jobs[at]!;
    job.deaths += 1;
    if (inCompany && job.deaths === MOST_DEATHS) [job.alone, job.deaths] = [true, 0];
    if (end.how !== 'finished' && job.deaths < MOST_DEATHS) {
      await this.#queue.putBack(worker, at, job.alone);
      this.#run.onWarning?.(job.name, `its worker was lost, another one goes on with it: ${end.error.message}`);
      return;
    }
    this.#run.onFailure(end.how === 'finished' ? this.#unfinished(job) : lost(job, end.error));
    this.#close(job);
  }

  #failRest(): void {
    const rest = this.#jobs.filter(({ ended }) => !ended);
    if (rest.length === 0) return;
    if (this.#reason === undefined) for (const job of rest) this.#run.onFailure(this.#unfinished(job));
    else this.#run.onFailure(lost({ name: rest.map(({ name }) => name).join(', ') }, this.#reason));
  }

  #unfinished({ name }: QueuedJob): ToolkitError {
    return new ToolkitError({
      kind: 'failed',
      what: `the trainer ${this.#options.trainer.name} ended without training it, and told no reason`,
      where: name,
      todo: 'run the same command again: it goes on from the last checkpoint',
    });
  }
}

function lost({ name }: Pick<QueuedJob, 'name'>, { details }: ToolkitError): ToolkitError {
  return new ToolkitError({ ...details, where: details.where === undefined ? name : `${name}, ${details.where}` });
}

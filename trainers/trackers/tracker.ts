import type { ProcessOptions } from '../../core/subprocess.ts';
import type { TrainerEvent } from '../events.ts';
import type { Job } from '../job.ts';
import type { PythonPlace } from '../python-environment.ts';

/** Said of a job before its events. */
export interface TrackedJob {
  event: 'job';
  job: string;
  /** Told as it is: without paths of this machine. */
  config: Partial<Job>;
  /** Of the jobs that are trained together. */
  run: string;
  /** What the tracker wants to know besides. */
  [key: string]: unknown;
}

/** What a tracker reads, one JSON line each. */
export type TrackedLine = TrackedJob | TrainerEvent;

/** A process that shows elsewhere what trainers tell, whichever they are and wherever they run. It reads lines on stdin until their end. */
export interface Tracker {
  name: string;
  /** Its packages, in an environment of their own. */
  place: PythonPlace;
  process(python: string): Pick<ProcessOptions, 'name' | 'command' | 'args'> & { env: Record<string, string> };
}
